"""A user with a raw websocket, who sends each message until it is acknowledged. As little is done here as can be."""

import asyncio
import json
import random
from array import array
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

BATCH = 50
CHANGEABLE = 100
"""How far back the messages are that are changed: most of these are in the tail."""

ANSWER_SECONDS = 15.0
LONGEST_BACKOFF = 2.0
_REGISTER = '{"action":"register"}'
_PUSHED_MESSAGES = ('{"event":"private-message"', '{"event":"private-messages"')


class _Ack(msgspec.Struct):
    clientMessageId: str
    seq: int


class _Answer(msgspec.Struct):
    event: str = ""
    code: str = ""
    acks: list[_Ack] = msgspec.field(default_factory=list)
    clientMessageId: str | None = None
    seq: int | None = None


_decode = msgspec.json.Decoder(_Answer).decode


class TooLateError(Exception):
    """The message is too old to be edited: it stays as it is."""


class NotAnsweredError(Exception):
    """The socket was lost, or an error came: the messages may or may not be stored, and are sent again."""


@dataclass(eq=False)
class Member:
    """`wanted` is how many messages this user sends to one other user, `seqs` those of the acknowledged ones in order.

    `texts` are {seq: the text} of those that this user has edited or deleted. A member without a `url` is never online.
    """

    number: int
    user_id: str
    token: str
    other: "Member | None" = None
    url: str | None = None
    wanted: int = 0
    seqs: "array[int]" = field(default_factory=lambda: array("Q"))
    texts: dict[int, str] = field(default_factory=dict)
    changes: int = 0
    repeats: int = 0
    received: int = 0
    reconnects: int = 0
    _socket: ClientConnection | None = None
    _acks: dict[str, int] = field(default_factory=dict)
    _answer: asyncio.Future[Exception | None] | None = None
    _changing: int | None = None
    _heard: bool = True

    @property
    def is_connected(self) -> bool:
        return self._socket is not None

    @property
    def left(self) -> int:
        return self.wanted - len(self.seqs)

    def message_id(self, number: int) -> str:
        """The clientMessageId of this member's message, which is a part of its text. Ids grow with the number."""
        return f"{self.number:05}-{number:08}"

    async def stay_connected(self, rng: random.Random) -> None:
        """Keeps a socket open, until it is cancelled."""
        assert self.url is not None
        headers = {"Authorization": f"Bearer {self.token}"}
        while True:
            with suppress(OSError, WebSocketException, TimeoutError, EOFError):
                async with connect(
                    self.url,
                    additional_headers=headers,
                    compression=None,
                    ping_interval=None,
                    open_timeout=30,
                    close_timeout=1,
                    user_agent_header=None,
                ) as socket:
                    self._socket, self._heard = socket, True
                    async for frame in socket:
                        self._take(str(frame))
            self._socket = None
            self.reconnects += 1
            self._fail()
            await asyncio.sleep(rng.uniform(0, LONGEST_BACKOFF))

    async def beat(self) -> None:
        """Sends a heartbeat. A socket on which nothing came since the last one is dead."""
        socket = self._socket
        if socket is None:
            return
        if not self._heard:
            socket.transport.abort()
            return
        self._heard = False
        with suppress(WebSocketException):
            await socket.send(_REGISTER)

    async def send_some(self, count: int, rng: random.Random) -> None:
        """Sends the next messages in one frame, again and again until all are acknowledged."""
        first = len(self.seqs)
        ids = [self.message_id(number) for number in range(first, first + count)]
        while missing := [id_ for id_ in ids if id_ not in self._acks]:
            try:
                await self._exchange(self._frame(missing))
            except (NotAnsweredError, TimeoutError, WebSocketException):
                self.repeats += 1
                await asyncio.sleep(rng.uniform(0, LONGEST_BACKOFF))
        self.seqs.extend(self._acks.pop(id_) for id_ in ids)
        self._acks.clear()

    async def change_one(self, rng: random.Random) -> None:
        """Edits, deletes or reacts to one of this member's newest messages, which may have left the tail by then."""
        seq = self.seqs[-rng.randint(1, min(len(self.seqs), CHANGEABLE))]
        if self.texts.get(seq) == "":
            return  # it was deleted
        text = {"edit": f"Change {self.changes} of a soak.", "delete": "", "react": None}[
            rng.choice(("edit", "delete", "react"))
        ]
        with suppress(TooLateError):
            await self._change(seq, text, rng)
            self.changes += 1
            if text is not None:
                self.texts[seq] = text

    async def _change(self, seq: int, text: str | None, rng: random.Random) -> None:
        """Gives a message this text, deletes it where that is empty, or else reacts to it; until it is answered."""
        assert self.other is not None
        action = "message:react" if text is None else "message:edit" if text else "message:delete"
        fields = {"reaction": "👍"} if text is None else {"message": text} if text else {}
        frame = json.dumps({"action": action, "userId": self.other.user_id, "seq": seq, **fields})
        while True:
            try:
                self._changing = seq
                await self._exchange(frame)
            except (NotAnsweredError, TimeoutError, WebSocketException):
                self.repeats += 1
                await asyncio.sleep(rng.uniform(0, LONGEST_BACKOFF))
            else:
                return
            finally:
                self._changing = None

    async def _exchange(self, frame: str) -> None:
        socket = self._socket
        if socket is None:
            raise NotAnsweredError
        self._answer = asyncio.get_running_loop().create_future()
        await socket.send(frame)
        async with asyncio.timeout(ANSWER_SECONDS):
            error = await self._answer
        if error is not None:
            raise error

    def _frame(self, ids: list[str]) -> str:
        assert self.other is not None
        to = self.other.user_id
        if len(ids) == 1:
            return json.dumps(
                {"action": "private-message", "toUserId": to, "clientMessageId": ids[0], "message": text_of(ids[0])}
            )
        messages = [{"clientMessageId": id_, "message": text_of(id_)} for id_ in ids]
        return json.dumps({"action": "private-messages", "toUserId": to, "messages": messages})

    def _take(self, frame: str) -> None:
        self._heard = True
        if frame.startswith(_PUSHED_MESSAGES):
            self.received += 1
            return
        answer = _decode(frame)
        match answer.event:
            case "ack":
                assert answer.clientMessageId is not None
                assert answer.seq is not None
                self._acknowledged([_Ack(answer.clientMessageId, answer.seq)])
            case "acks":
                self._acknowledged(answer.acks)
            case "message:changed" if answer.seq == self._changing:
                self._answered()
            case "error" if answer.code == "too_late":
                self._fail(TooLateError())
            case "error" | "":  # API Gateway's own errors have no event
                self._fail()

    def _acknowledged(self, acks: list[_Ack]) -> None:
        self._acks |= {ack.clientMessageId: ack.seq for ack in acks}
        self._answered()

    def _answered(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(None)

    def _fail(self, error: Exception | None = None) -> None:
        if self._answer is not None and not self._answer.done():
            # Not as its exception, which asyncio would log where the sending has failed first.
            self._answer.set_result(error or NotAnsweredError())


def text_of(client_message_id: str) -> str:
    """The text of a message, which tells a wrong one in a history."""
    return f"Message {client_message_id} of a soak, as long as people write."
