"""The TypeScript client with the interface of the Python one, so that one suite tests both."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from types import MappingProxyType, TracebackType
from typing import Self

from devconnect_client import (
    ActionFailed,
    ClientClosed,
    Connected,
    DevConnectError,
    Disconnected,
    Event,
    Evicted,
    Fault,
    Message,
    Notification,
    Presence,
    Read,
    Refused,
    Session,
    SessionEnded,
    Timings,
    UserTyping,
)
from tests.support.typescript.host import Host, Json

_ENDINGS: Mapping[str, type[DevConnectError]] = {
    "SessionEnded": SessionEnded,
    "ClientClosed": ClientClosed,
    "Evicted": Evicted,
    "Fault": Fault,
}


class NodeClient:
    """One device of a user, which runs in a Node process, and connects as soon as it is made."""

    def __init__(
        self,
        host: Host,
        base_url: str,
        session: Session,
        *,
        websocket_url: str | None = None,
        timings: Timings,
        known: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._host = host
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._failure: DevConnectError | None = None
        self._ended = asyncio.Event()
        self._device = host.attach(self._take)
        options: dict[str, object] = {"known": dict(known), "timings": _milliseconds(timings)}
        if websocket_url is not None:
            options["websocketUrl"] = websocket_url
        own = {"userId": session.user_id, "token": session.token}
        host.tell(self._device, "open", baseUrl=base_url, session=own, options=options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._host.tell(self._device, "close")
        await self._ended.wait()

    async def send(self, to_user_id: str, text: str, reply_to: int | None = None) -> Message:
        """Raises what the client rejects with."""
        answered = {} if reply_to is None else {"replyTo": reply_to}
        answer = await self._host.call(self._device, "send", toUserId=to_user_id, text=text, **answered)
        if "error" in answer:
            raise _error(answer["error"])
        return _message(answer["message"])

    def watch(self, user_ids: Iterable[str]) -> None:
        self._host.tell(self._device, "watch", userIds=list(user_ids))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        event = await self._events.get()
        if event is not None:
            return event
        self._events.put_nowait(None)
        raise self._failure or StopAsyncIteration

    def _take(self, line: Json) -> None:
        if "event" in line:
            event = line["event"]
            if event["type"] in _EVENTS:
                self._events.put_nowait(_EVENTS[event["type"]](event))
            return
        self._failure = _error(line["ended"]) if line["ended"] else None
        self._events.put_nowait(None)
        self._ended.set()


def _milliseconds(timings: Timings) -> dict[str, float]:
    names = {"first_delay": "firstDelay", "longest_delay": "longestDelay"}
    return {names.get(name, name): 1_000 * seconds for name, seconds in asdict(timings).items() if name != "closing"}


def _error(described: Mapping[str, str]) -> DevConnectError:
    kind, sentence = described["kind"], described["message"]
    return Refused(sentence, described["code"]) if kind == "Refused" else _ENDINGS[kind](sentence)


def _message(event: Json) -> Message:
    return Message.of({**event, "message": event["text"]})


_EVENTS: Mapping[str, Callable[[Json], Event]] = {
    "message": _message,
    "read": lambda event: Read(event["readerId"], event["withUserId"], event["seq"]),
    "typing": lambda event: UserTyping(event["userId"]),
    "presence": lambda event: Presence(event["userId"], event["online"], event["lastSeenAt"]),
    "connected": lambda _event: Connected(),
    "disconnected": lambda event: Disconnected(event["reason"], event["retryIn"] / 1_000),
    "failed": lambda event: ActionFailed(event["action"], tuple(event["userIds"]), event["reason"]),
    "notification": lambda event: Notification(
        event["notificationId"], event["kind"], event["fromUserId"], event["text"], event["createdAt"]
    ),
}
"""The same events of the Python client; the others are those that only the TypeScript client has."""
