"""What one device knows, and what follows from each frame. There is no network here."""

import time
from collections.abc import Callable, Iterable, Mapping

from examples.devconnect_client import frames
from examples.devconnect_client.catching_up import CatchingUp
from examples.devconnect_client.conversation import Conversation
from examples.devconnect_client.errors import Refused, SessionEnded, error_of
from examples.devconnect_client.events import Event, Json, Message, NotDone, Notification, Presence, Read, Typing
from examples.devconnect_client.heartbeat import Heartbeat
from examples.devconnect_client.outbox import Outbox
from examples.devconnect_client.read_marks import ReadMarks
from examples.devconnect_client.rest import ListedConversation
from examples.devconnect_client.timings import Timings
from examples.devconnect_client.user_ids import check_user_ids, wrong
from examples.devconnect_client.watching import Watching

MAX_NOTIFICATIONS = 1_000
"""So many are remembered, to tell each once."""

MAX_SEQ = 2**53


class Device:
    """`known` is {userId: the seq up to which this device has told of the conversation with them}."""

    def __init__(self, own_id: str, known: Mapping[str, int], timings: Timings) -> None:
        """Raises BadRequest where `known` cannot be."""
        _check(known, own_id)
        self.outbox = Outbox(own_id, timings)
        self.heartbeat = Heartbeat(timings)
        self.watching = Watching(timings)
        self._own_id = own_id
        self._told = dict(known)
        self._conversations = {user_id: Conversation(upto) for user_id, upto in known.items()}
        self._catching_up = CatchingUp(self._conversations, timings)
        self._marks = ReadMarks()
        self._notifications: dict[str, None] = {}
        self._typing: dict[str, None] = {}
        self._senders = (self._marks, self.watching, self._catching_up, self.outbox)
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
        for one in self._senders:
            one.reconnected()
        self._typing.clear()

    def take(self, frame: Json) -> list[Event]:
        """What a frame means to the user; what this client does not know means nothing. Raises SessionEnded."""
        taker = self._takers.get(frame.get("event", ""))
        if taker is None:
            return []
        return list(taker(frame))

    def due(self) -> list[str]:
        """The frames that are to be sent now."""
        now = time.monotonic()
        typing = [frames.typing(to_user_id) for to_user_id in self._typing]
        self._typing.clear()
        return typing + [frame for one in self._senders for frame in one.due(now)]

    def due_in(self) -> float | None:
        """In how many seconds `due` may have the next frame, where nothing comes before."""
        moments = [moment for one in self._senders if (moment := one.next_due()) is not None]
        return max(0.0, min(moments) - time.monotonic()) if moments else None

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
            self._marks.listed(one.user_id, one.read_seq)
        return news

    def typing(self, to_user_id: str) -> None:
        """Raises BadRequest where it is no userId."""
        check_user_ids("toUserId", [to_user_id])
        self._typing[to_user_id] = None

    def mark_read(self, user_id: str, seq: int) -> None:
        """What was never told cannot have been read."""
        self._marks.read(user_id, min(seq, self._told.get(user_id, 0)))

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
        """An error names the action that it is about; what is given up because of it is told."""
        now, action, error = time.monotonic(), frame.get("action"), error_of(frame)
        if isinstance(error, SessionEnded):
            raise error
        match action:
            case "private-message":
                self.outbox.refused(frame, now)  # which tells who sent it
                return []
            case "sync" | "presence:subscribe":
                asking = self._catching_up if action == "sync" else self.watching
                given_up = asking.refused(error, now)
                return [NotDone(action, given_up, str(error))] if given_up else []
            case None:  # it may be about anything
                return self._gateway_error(frame)
            case "register":
                self.heartbeat.refused(error)
            case "message:read":
                self._marks.refused(error, now)
        return [NotDone(action, (), str(error))] if isinstance(error, Refused) else []

    def _gateway_error(self, _frame: Json) -> Iterable[Event]:
        """API Gateway's own: {"message": "Internal server error", ...}, as a function has died or taken too long.

        It does not say which. So whatever has no answer yet is soon sent again; the connection is alive.
        """
        now = time.monotonic()
        self.heartbeat.unsure()
        for one in (self.outbox, self._catching_up, self.watching):
            one.unsure(now)
        return []

    def _registered(self, frame: Json) -> Iterable[Event]:
        self.heartbeat.registered(float(frame["expiresIn"]))
        return []

    def _presence_state(self, frame: Json) -> Iterable[Event]:
        self.watching.confirmed(frame["userId"])
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


def _check(known: Mapping[str, int], own_id: str) -> None:
    """One wrong conversation would keep all others from being synced."""
    check_user_ids("known", known)
    if own_id in known:
        raise wrong("known", "nobody has a conversation with oneself")
    if not all(0 <= seq <= MAX_SEQ for seq in known.values()):
        raise wrong("known", f"seqs are from 0 to {MAX_SEQ}")
