"""The part of `make demo` in which a user is reported and suspended."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx

from devconnect_client import Client, SessionEnded, Suspended
from examples.chat.accounts import mailed_token
from infra.local.demo_users import PATIENCE, DemoUser, opened, sign_up, step
from infra.local.errors import LocalError


async def show_report(
    rest_url: str, mails: Path, give_role: Callable[[str], object], ada: DemoUser, stack: AsyncExitStack
) -> DemoUser:
    """Show how Mallory writes to Ada, who reports it, and how a moderator suspends Mallory. Returns Mallory.

    Raises DevConnectError, TimeoutError, LocalError.
    """
    mallory, mod = [
        await step(f"{name} signs up and logs in", sign_up(rest_url, name, stack), say=str)
        for name in ("Mallory", "Grace")
    ]
    for user in (mallory, mod):
        await user.rest.confirm_address(await mailed_token(mails, user.email_id))
    await step("An operator makes Grace a moderator", asyncio.to_thread(give_role, mod.email_id))
    async with AsyncExitStack() as devices:
        phone = await opened(Client(rest_url, mallory.session), devices)
        sent = await step("Mallory writes to Ada", phone.send(ada.session.user_id, "Buy my coins!"))
        await step("Ada reports that message", ada.rest.report(mallory.session.user_id, "spam", sent.seq))
        queue = httpx.AsyncClient(base_url=rest_url, headers={"Authorization": f"Bearer {mod.session.token}"})
        async with queue:
            case = await step("Grace finds it in the queue", _reported(queue, mallory), say=_shown)
            await step("Grace suspends Mallory", _suspend(queue, case))
        await step("Mallory's phone is told, and closed", _until_closed(phone))
    await step("Mallory cannot log in", _refused_login(mallory), say=str)
    return mallory


async def _reported(queue: httpx.AsyncClient, user: DemoUser) -> dict[str, Any]:  # Any: JSON
    pages: dict[str, str] = {}
    while True:
        answer = (await queue.get("/api/moderation/cases", params={"limit": "100", **pages})).raise_for_status().json()
        for case in answer["cases"]:
            if case["userId"] == user.session.user_id:
                return dict(case)
        if not answer["hasMore"]:
            raise LocalError("The report is not in the queue.")
        pages = {"after": answer["cases"][-1]["caseId"]}


def _shown(case: dict[str, Any]) -> str:  # Any: as above
    return f"“{case['message']['message']}”, {case['reports']} report"


async def _suspend(queue: httpx.AsyncClient, case: dict[str, Any]) -> None:  # Any: as above
    path = f"/api/moderation/cases/{case['caseId']}/acts"
    (await queue.post(path, json={"act": "suspend", "reason": "spam"})).raise_for_status()


async def _until_closed(phone: Client) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            async for _event in phone:
                pass
    except SessionEnded:
        return
    raise LocalError("The phone was closed, and not told why.")


async def _refused_login(user: DemoUser) -> Suspended:
    try:
        await user.rest.log_in(user.email_id, user.password)
    except Suspended as error:
        return error
    raise LocalError("Mallory was let in.")
