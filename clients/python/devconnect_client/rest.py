"""The part of the REST API that a client of the websocket API needs."""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Any, Self

import httpx

from devconnect_client import answers, shapes
from devconnect_client.errors import DevConnectError, Refused, SessionEnded, Unavailable, error_of
from devconnect_client.events import Json, Message
from devconnect_client.shapes import Shape

PAGE = 100
TIMEOUT = 10.0
"""Seconds."""


@cache
def _tls() -> ssl.SSLContext:
    """Returns the TLS context of all clients of this process, as loading the authorities takes 20 ms."""
    return httpx.create_ssl_context()


@dataclass(frozen=True)
class Session:
    """The signed-in user and the session's token, which is valid for 24 hours or until a logout."""

    user_id: str
    token: str


@dataclass(frozen=True)
class ListedConversation:
    """An entry of the list: the other user, the newest message's seq, and the seq up to which this user has read.

    `last_change` is the number of the latest change, and `last_text` what the newest message says.
    """

    user_id: str
    last_seq: int
    read_seq: int
    last_change: int = 0
    last_text: str = ""


@dataclass(frozen=True)
class FoundUser:
    """A user whom a search has found."""

    user_id: str
    first_name: str
    last_name: str


class Rest:
    """The REST API at `base_url`, for one user, or without a session. An async context manager, or `close` it.

    Every method raises Unavailable, RateLimited, and Refused unless it names a more specific error; methods that act
    for the user raise SessionEnded.
    """

    def __init__(self, base_url: str, session: Session | None = None) -> None:
        headers = {"Authorization": f"Bearer {session.token}"} if session else {}
        self._http = httpx.AsyncClient(base_url=base_url, headers=headers, timeout=TIMEOUT, verify=_tls())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def sign_up(self, email_id: str, password: str, first_name: str, last_name: str) -> None:
        """Create an account, unless the address has one: nobody but its owner is told that, by mail. Log in next.

        Raises BadRequest.
        """
        body = {"emailId": email_id, "password": password, "firstName": first_name, "lastName": last_name}
        await self._call("POST", "/api/signup", json=body)

    async def confirm_address(self, token: str) -> None:
        """Use the token of a link that was mailed, which is behind its `#verify=`. Raises LinkGone."""
        await self._call("POST", "/api/verification/confirm", json={"token": token})

    async def log_in(self, email_id: str, password: str) -> Session:
        """Raises BadCredentials, Suspended."""
        given = {"emailId": email_id, "password": password}
        return _session(await self._call("POST", "/api/login", answers.SESSION, json=given))

    async def log_out(self) -> None:
        """End the session, and with it every websocket that was opened with it."""
        await self._call("POST", "/api/logout", json={})

    async def ask_for_reset(self, email_id: str) -> None:
        """Have a link mailed that sets another password, if the address has an account. The answer does not tell."""
        await self._call("POST", "/api/password-reset", json={"emailId": email_id})

    async def reset_password(self, token: str, new_password: str) -> None:
        """Use the token of a link that was mailed, which is behind its `#reset=`. All sessions end. Raises LinkGone."""
        await self._call("POST", "/api/password-reset/confirm", json={"token": token, "newPassword": new_password})

    async def change_address(self, email_id: str, password: str) -> None:
        """Have a link mailed to another address, which becomes the account's once `confirm_address` has its token.

        That token is behind `#change=`. Raises BadCredentials.
        """
        await self._call("PATCH", "/api/profile/email", json={"emailId": email_id, "currentPassword": password})

    async def leave(self, password: str) -> None:
        """End the account, and with it the session. Messages stay. Raises BadCredentials."""
        await self._call("DELETE", "/api/profile", json={"currentPassword": password})

    async def search(
        self, names: str = "", skills: Sequence[str] = (), cursor: str | None = None
    ) -> tuple[list[FoundUser], str | None]:
        """Returns users who have all of these beginnings of names, and all of these skills, and the next page's cursor.

        The cursor is None where there are no more. Raises BadRequest where neither is given.
        """
        given = {"q": names, "skills": ",".join(skills), "cursor": cursor}
        params = {name: value for name, value in given.items() if value}
        body = await self._call("GET", "/api/search", answers.FOUND, params=params)
        users = [FoundUser(user["userId"], user["firstName"], user["lastName"]) for user in body["users"]]
        return users, body["next"]

    async def report(self, user_id: str, reason: str, seq: int | None = None, note: str | None = None) -> None:
        """Report a user, or their message at a seq, to the moderators. A repeat changes nothing.

        The reason is spam, harassment, impersonation, illegal or other. Raises NotFound, BadRequest.
        """
        given = {"userId": user_id, "reason": reason, "seq": seq, "note": note}
        body = {name: value for name, value in given.items() if value is not None}
        await self._call("POST", "/api/reports", json=body)

    async def ask_to_connect(self, user_id: str) -> None:
        """Ask a user for a connection, unless there is one, or a request. Raises NotFound."""
        await self._call("POST", f"/api/connections/{user_id}", json={"status": "interested"})

    async def accept(self, user_id: str) -> None:
        """Accept the request of a user. Raises Refused where there is none."""
        await self._call("POST", f"/api/connections/requests/{user_id}", json={"status": "accepted"})

    async def websocket_url(self) -> str:
        """Returns an address that opens one websocket, and is valid for 30 seconds."""
        return str((await self._call("POST", "/api/websocket-ticket", answers.TICKET, json={}))["url"])

    async def conversations(
        self, before: str | None = None, *, archived: bool = False
    ) -> tuple[list[ListedConversation], bool]:
        """Returns a page of the list, newest message first, and whether more entries follow its last one.

        They are those that this user has archived, or all others.
        """
        return await self._listed("/api/conversations", _page(before) | ({"archived": "true"} if archived else {}))

    async def message_requests(
        self, before: str | None = None, *, ignored: bool = False
    ) -> tuple[list[ListedConversation], bool]:
        """Returns what strangers have written and this user has not accepted, or has ignored, as `conversations`."""
        page = _page(before) | ({"ignored": "true"} if ignored else {})
        return await self._listed("/api/conversations/requests", page)

    async def accept_messages(self, user_id: str) -> None:
        """Accept what a stranger has written: it is a conversation then, which devices sync. Raises NotFound."""
        await self._call("POST", f"/api/conversations/requests/{user_id}", json={"status": "accepted"})

    async def ignore_messages(self, user_id: str) -> None:
        """Ignore what a stranger has written, who is told nothing. Raises NotFound, and Refused once it is accepted."""
        await self._call("POST", f"/api/conversations/requests/{user_id}", json={"status": "ignored"})

    async def history(self, user_id: str, after_seq: int = 0) -> tuple[list[Message], bool]:
        """Returns messages with `user_id` above a seq, and whether there are more. Raises NotFound."""
        params = {"after": after_seq, "limit": PAGE}
        body = await self._call("GET", f"/api/messages/{user_id}", answers.HISTORY, params=params)
        return [Message.of(entry) for entry in body["messages"]], bool(body["hasMore"])

    async def edit(self, user_id: str, seq: int, text: str) -> Message:
        """Give this user's own message another text; it is returned. May be repeated after Unavailable.

        Raises NotFound, Blocked, and Refused: after 15 minutes, for a deleted message, for one of another user.
        """
        path, body = f"/api/messages/{user_id}/{seq}", {"message": text}
        return Message.of(await self._call("PATCH", path, shapes.MESSAGE, json=body))

    async def delete(self, user_id: str, seq: int) -> Message:
        """Delete this user's own message for both, as `edit`."""
        return Message.of(await self._call("DELETE", f"/api/messages/{user_id}/{seq}", shapes.MESSAGE))

    async def react(self, user_id: str, seq: int, emoji: str | None) -> Message:
        """Set this user's reaction to a message, or take it back, as `edit`."""
        path, body = f"/api/messages/{user_id}/{seq}/reaction", {"reaction": emoji}
        return Message.of(await self._call("POST", path, shapes.MESSAGE, json=body))

    async def is_online(self, user_id: str) -> bool:
        body = await self._call("GET", "/api/presence", answers.PRESENCE, params={"userIds": user_id})
        return any(state["online"] for state in body["presence"])

    async def first_name(self, user_id: str) -> str:
        """Raises NotFound."""
        return str((await self._call("GET", f"/api/users/{user_id}", answers.PROFILE))["firstName"])

    async def _listed(self, path: str, params: Mapping[str, str | int]) -> tuple[list[ListedConversation], bool]:
        body = await self._call("GET", path, answers.CONVERSATIONS, params=params)
        page = [
            ListedConversation(
                entry["userId"],
                entry["lastSeq"],
                entry["readSeq"],
                entry["lastChange"],
                entry["lastMessage"]["message"],
            )
            for entry in body["conversations"]
        ]
        return page, bool(body["hasMore"])

    async def _call(
        self,
        method: str,
        path: str,
        shape: Shape = answers.ANYTHING,
        *,
        json: Mapping[str, str | int | None] | None = None,
        params: Mapping[str, str | int] | None = None,
    ) -> Json:
        try:
            response = await self._http.request(method, path, json=json, params=params)
            self._http.cookies.clear()  # login sets one; only the session may say which user this client acts for
            body = dict(response.json()) if response.content else {}
        except (
            httpx.RequestError,
            ValueError,
            TypeError,
            RecursionError,
        ) as error:  # a proxy may respond with anything
            raise Unavailable(f"{path} was not answered: {error!r}") from error
        if response.is_success and shapes.is_object(shape)(body):
            return body
        raise _error(response.status_code, body)


def _session(body: Json) -> Session:
    return Session(body["userId"], body["token"])


def _page(before: str | None) -> dict[str, str | int]:
    return {"limit": PAGE} if before is None else {"limit": PAGE, "before": before}


def _error(status: int, body: Mapping[str, Any]) -> DevConnectError:  # Any: JSON
    """A response without a `code` was not made by the service itself, but by something in front of it."""
    if "code" in body and shapes.is_object(shapes.ERROR)(body):
        return error_of(body)
    if status == httpx.codes.UNAUTHORIZED:
        return SessionEnded("The session has ended.")
    if httpx.codes.is_client_error(status):
        return Refused(f"HTTP status {status}", "")
    return Unavailable(f"HTTP status {status}, with a body that is not the service's")
