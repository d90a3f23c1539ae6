"""A message goes from state to state as docs/protocol/client-states.json says, in both clients."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import pytest

from devconnect_client import ClientClosed, DevConnectError, Message, Refused, SessionEnded
from devconnect_client.events import Json
from tests.support.client_kinds import Clients
from tests.tooling.clients.stage import BOB, RETRY_AFTER, Stage, staged
from tests.tooling.clients.state_table import Transition, machine

MESSAGE = machine("message")


@dataclass
class Sending:
    """A message that is being sent, and the frames that it was sent in."""

    stage: Stage
    outcome: asyncio.Task[Message]
    frames: list[Json] = field(default_factory=list)
    asked_at: float = 0.0

    async def answer(self, event: str, **fields: object) -> None:
        self.asked_at = asyncio.get_running_loop().time()
        await self.stage.push(
            json.dumps({"event": event, "clientMessageId": self.frames[-1]["clientMessageId"], **fields})
        )


Happening = Callable[[Sending], Awaitable[None]]


def _error(code: str, **fields: object) -> Happening:
    return lambda sending: sending.answer("error", error="No.", code=code, action="private-message", **fields)


async def _its_turn_comes(sending: Sending) -> None:
    await sending.stage.open_socket()


async def _ack(sending: Sending) -> None:
    await sending.answer("ack", messageId="m", seq=1, ts="2026-01-31T12:00:00.000Z")


async def _gateway_error(sending: Sending) -> None:
    await sending.stage.push('{"message": "Internal server error", "connectionId": "c", "requestId": "r"}')


async def _others_arrive(sending: Sending) -> None:
    """The connection lives, so the message is sent again on it, and no new websocket is opened."""

    async def type_on() -> None:
        while len(sending.frames) == 1:
            await sending.stage.push(json.dumps({"event": "typing", "userId": BOB}))
            await asyncio.sleep(0.05)

    sending.stage.background = asyncio.create_task(type_on())


async def _session_ends(sending: Sending) -> None:
    await sending.stage.push('{"event": "session:ended"}')


async def _close_client(sending: Sending) -> None:
    sending.stage.closing.set()


async def _time_passes(_sending: Sending) -> None:
    await asyncio.sleep(0)


HAPPENINGS: Mapping[str, Happening] = {
    "its turn comes": _its_turn_comes,
    "an ack": _ack,
    "an error bad_request": _error("bad_request", fields={"message": "no"}),
    "an error blocked": _error("blocked"),
    "an error not_found": _error("not_found"),
    "an error rate_limited": _error("rate_limited", retryAfter=RETRY_AFTER),
    "an error unavailable": _error("unavailable"),
    "an error internal": _error("internal"),
    "an error of API Gateway": _gateway_error,
    "an ack without its fields": lambda sending: sending.answer("ack"),
    "no answer, though others arrive": _others_arrive,
    "the websocket is lost": lambda sending: sending.stage.cut(),
    "session:ended": _session_ends,
    "the application closes the client": _close_client,
    "the time is over": _time_passes,
}


async def _is_sent(sending: Sending) -> None:
    """The service gets it; where it got it before, with the same clientMessageId."""
    frame = await sending.stage.service.frames.get()
    assert (frame["action"], frame["toUserId"], frame["message"]) == ("private-message", BOB, "Hello")
    sending.frames.append(frame)
    assert len({each["clientMessageId"] for each in sending.frames}) == 1


async def _has_no_outcome(sending: Sending) -> None:
    assert not sending.outcome.done()


async def _is_stored(sending: Sending) -> None:
    assert (await sending.outcome).seq == 1


async def _fails_with(sending: Sending, *kinds: type[DevConnectError]) -> None:
    with pytest.raises(kinds):
        await sending.outcome


SEEN: Mapping[str, Callable[[Sending], Awaitable[None]]] = {
    "queued": _has_no_outcome,
    "sent": _is_sent,
    "waiting": _has_no_outcome,
    "stored": _is_stored,
    "refused": lambda sending: _fails_with(sending, Refused),
    "given up": lambda sending: _fails_with(sending, SessionEnded, ClientClosed),
}


async def _play(sending: Sending, steps: list[Transition]) -> None:
    for step in steps:
        await HAPPENINGS[step.on](sending)
        await SEEN[step.after](sending)


@pytest.mark.parametrize("transition", MESSAGE.transitions, ids=str)
def test_a_message_goes_to_the_state_of_the_table(clients: Clients, transition: Transition) -> None:
    async def scenario() -> None:
        async with staged(clients) as stage:
            sending = Sending(stage, asyncio.create_task(stage.client.send(BOB, "Hello")))
            await _play(sending, [*MESSAGE.path_to(transition.before), transition])
            if transition.after in {"queued", "waiting"}:  # it goes on from there, to its end
                if transition.after == "queued":
                    await stage.open_socket()
                await _is_sent(sending)
                if transition.waits_for.startswith("retryAfter"):
                    assert asyncio.get_running_loop().time() - sending.asked_at >= RETRY_AFTER
            if not sending.outcome.done() and transition.after != "given up":
                await _ack(sending)
                await _is_stored(sending)

    asyncio.run(scenario())


def test_every_state_is_reached_and_every_row_is_of_the_table() -> None:
    named = {state for each in MESSAGE.transitions for state in (each.before, each.after)}
    assert named == MESSAGE.states.keys() == SEEN.keys()
    assert {each.on for each in MESSAGE.transitions} == HAPPENINGS.keys()
