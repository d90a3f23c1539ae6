"""What one device knows, and what follows from each frame. There is no network here."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping

from examples.devconnect_client import frames
from examples.devconnect_client.catching_up import CatchingUp
from examples.devconnect_client.conversation import Conversation
from examples.devconnect_client.errors import BadRequest, RateLimited, SessionEnded, Unavailable, error_of
from examples.devconnect_client.events import Event, Json, Message, Notification, Presence, Read, Typing
from examples.devconnect_client.outbox import Outbox
from examples.devconnect_client.rest import ListedConversation
from examples.devconnect_client.timings import Timings

MAX_NOTIFICATIONS = 1_000
"""So many are remembered, to tell each once."""

MAX_WATCHED = 100


class Device:
    """`known` is {userId: the seq up to which this device has told of the conversation with them}."""

    def __init__(self, own_id: str, known: Mapping[str, int], timings: Timings) -> None:
        self.outbox = Outbox(own_id, timings)
        self.heartbeat_answered = asyncio.Event()
        self.expires_in = float("inf")
        """For how many seconds the service holds this device online without another heartbeat."""
        self._own_id = own_id
        self._told = dict(known)
        self._conversations = {user_id: Conversation(upto) for user_id, upto in known.items()}
        self._catching_up = CatchingUp(self._conversations, timings)
        self._notifications: dict[str, None] = {}
        self._marks: dict[str, int] = {}
        self._new_marks: dict[str, None] = {}
        self._watched: dict[str, None] = {}
        self._unconfirmed: dict[str, None] = {}
        self._once: list[str] = []
        self._takers: Mapping[str, Callable[[Json], Iterable[Event]]] = {
            "private-message": lambda frame: self._message(Message.of(frame)),
            "ack": self._ack,
            "sync": self._sync,
            "error": self._error,
            "registered": self._registered,
            "presence": _presence,
            "presence:state": self._presence_state,
            "typing": lambda frame: [Typing(frame["userId"])],
            "message:read": self._read,
            "notification": self._notification,
            "session:ended": _session_ended,
            "": self._gateway_error,
        }

    @property
    def upto(self) -> dict[str, int]:
        """{userId: the seq up to which the user was told of the conversation with them}."""
        return dict(self._told)

    def told(self, event: Event) -> None:
        """The user has this now. What was only taken from the network is told again after a restart."""
        if isinstance(event, Message):
            self._told[event.other_than(self._own_id)] = event.seq

    def reconnected(self) -> None:
        """A new websocket is open."""
        self.outbox.reconnected()
        self._catching_up.reconnected()
        self._once = []
        self._unconfirmed = dict(self._watched)
        self.remind()

    def take(self, frame: Json) -> list[Event]:
        """What a frame means to the user; what this client does not know means nothing. Raises SessionEnded."""
        taker = self._takers.get(frame.get("event", ""))
        if taker is None:
            return []
        return list(taker(frame))

    def due(self) -> list[str]:
        """The frames that are to be sent now."""
        now = time.monotonic()
        once, self._once = self._once, []
        once += [frames.message_read(user_id, self._marks[user_id]) for user_id in self._new_marks]
        self._new_marks.clear()
        sync = self._catching_up.due(now)
        return once + ([] if sync is None else [sync]) + self.outbox.due(now)

    def due_in(self) -> float | None:
        """In how many seconds `due` may have the next frame, where nothing comes before."""
        moments = [moment for moment in (self._catching_up.next_due(), self.outbox.next_due()) if moment is not None]
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def remind(self) -> None:
        """Ask again for what the service has not confirmed."""
        if self._unconfirmed:
            self._once.append(frames.presence_subscribe(self._unconfirmed))

    def take_list(self, listed: Iterable[ListedConversation]) -> bool:
        """Compare with a page of the list of conversations; returns whether it held anything new."""
        news = False
        for one in listed:
            if one.user_id not in self._conversations:
                self._catching_up.missed(one.user_id)
            conversation = self._conversations.setdefault(one.user_id, Conversation())
            conversation.exists(one.last_seq)
            if conversation.has_gap:
                news = True
                self._catching_up.gap(one.user_id, time.monotonic())
            if one.read_seq < self._marks.get(one.user_id, 0):
                self._new_marks[one.user_id] = None
        return news

    def typing(self, to_user_id: str) -> None:
        self._once.append(frames.typing(to_user_id))

    def mark_read(self, user_id: str, seq: int) -> None:
        """Sent again where the list of conversations does not show it: nothing else would tell."""
        seq = min(seq, self._told.get(user_id, 0))
        if seq > self._marks.get(user_id, 0):
            self._marks[user_id] = seq
            self._new_marks[user_id] = None

    def watch(self, user_ids: Iterable[str]) -> None:
        """Again after each reconnect. Raises BadRequest where they would be too many."""
        watched = self._watched | dict.fromkeys(user_ids)
        if len(watched) > MAX_WATCHED:
            sentence = f"One device cannot watch more than {MAX_WATCHED} users."
            raise BadRequest(sentence, "bad_request", {"userIds": sentence})
        self._unconfirmed |= dict.fromkeys(watched.keys() - self._watched.keys())
        self._watched = watched
        self.remind()

    def _message(self, message: Message) -> list[Message]:
        other = message.other_than(self._own_id)
        conversation = self._conversations.setdefault(other, Conversation())
        handed_on = conversation.take(message)
        if conversation.has_gap:
            self._catching_up.gap(other, time.monotonic())
        return handed_on

    def _ack(self, frame: Json) -> Iterable[Event]:
        message = self.outbox.acknowledged(frame)
        return [] if message is None else self._message(message)

    def _sync(self, frame: Json) -> Iterable[Event]:
        user_id = frame["userId"]
        conversation = self._conversations.setdefault(user_id, Conversation())
        handed_on = conversation.take(*map(Message.of, frame["messages"]))
        self._catching_up.answered(user_id, complete=frame["complete"], now=time.monotonic())
        return handed_on

    def _error(self, frame: Json) -> Iterable[Event]:
        now = time.monotonic()
        if "clientMessageId" in frame:
            self.outbox.refused(frame, now)
            return []
        # It does not say what it answers: it may be the heartbeat, and it may be a sync, which is asked again then.
        self.heartbeat_answered.set()
        error = error_of(frame)
        if isinstance(error, RateLimited | Unavailable):
            self._catching_up.refused(error, now)
        return []

    def _gateway_error(self, _frame: Json) -> Iterable[Event]:
        # A function died: {"message": "Internal server error"}, and nothing of what it had been asked.
        self.heartbeat_answered.set()
        return []

    def _registered(self, frame: Json) -> Iterable[Event]:
        self.expires_in = float(frame["expiresIn"])
        self.heartbeat_answered.set()
        return []

    def _presence_state(self, frame: Json) -> Iterable[Event]:
        self._unconfirmed.pop(frame["userId"], None)
        return _presence(frame)

    def _read(self, frame: Json) -> Iterable[Event]:
        [other] = (user_id for user_id in frame["conversationId"].split(":") if user_id != self._own_id)
        return [Read(frame["userId"], other, frame["seq"])]

    def _notification(self, frame: Json) -> Iterable[Event]:
        notification_id = frame["notificationId"]
        if notification_id in self._notifications:
            return []
        self._notifications[notification_id] = None
        if len(self._notifications) > MAX_NOTIFICATIONS:
            del self._notifications[next(iter(self._notifications))]
        return [Notification(notification_id, frame["type"], frame["fromUserId"], frame["text"], frame["createdAt"])]


def _presence(frame: Json) -> Iterable[Event]:
    return [Presence(frame["userId"], frame["online"], frame["lastSeenAt"])]


def _session_ended(_frame: Json) -> Iterable[Event]:
    raise SessionEnded("The session has ended.")
