"""The state of one device, and how each frame changes it. This module does no network I/O."""

import time
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from devconnect_client import frames
from devconnect_client.conversation import Conversation
from devconnect_client.errors import Evicted, Flooding, Refused, SessionEnded, error_of
from devconnect_client.events import (
    ActionFailed,
    Changed,
    Event,
    Json,
    Message,
    Notification,
    Presence,
    Read,
    UserTyping,
)
from devconnect_client.heartbeat import Heartbeat
from devconnect_client.known import check_known
from devconnect_client.outbox import Outbox
from devconnect_client.read_marks import ReadMarks
from devconnect_client.rest import ListedConversation
from devconnect_client.sync_schedule import SyncSchedule
from devconnect_client.timings import Timings
from devconnect_client.user_ids import check_user_ids
from devconnect_client.watchlist import Watchlist

MAX_NOTIFICATIONS = 1_000
"""How many notifications are remembered, so that each is delivered only once."""


class Device:
    """`known` is {userId: the seq up to which this device has delivered the conversation with that user}.

    `known_changes` is {userId: the number up to which it has delivered the changes}.
    """

    def __init__(
        self,
        own_id: str,
        known: Mapping[str, int],
        timings: Timings,
        known_changes: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """Raises BadRequest if `known` or `known_changes` is invalid."""
        check_known("known", known, own_id)
        check_known("known_changes", known_changes, own_id)
        self.outbox = Outbox(own_id, timings)
        self.heartbeat = Heartbeat(timings)
        self.watchlist = Watchlist(timings)
        self._own_id = own_id
        self._delivered = dict(known)
        self._delivered_changes = dict(known_changes)
        self._conversations = {
            user_id: Conversation(upto, known_changes.get(user_id, 0)) for user_id, upto in known.items()
        }
        self._syncs = SyncSchedule(self._conversations, timings)
        self._marks = ReadMarks()
        self._notifications: dict[str, None] = {}
        self._typing: dict[str, None] = {}
        self._frame_sources = (self._marks, self.watchlist, self._syncs, self.outbox)
        self._handlers: Mapping[str, Callable[[Json], Iterable[Event]]] = {
            "private-message": lambda frame: self._messages([frame]),
            "private-messages": lambda frame: self._messages(frame["messages"]),
            "message:changed": self._changed,
            "ack": self._ack,
            "acks": self._acks,
            "sync": self._sync,
            "error": self._error,
            "registered": self._registered,
            "presence": lambda frame: [Presence.of(frame)],
            "presence:state": self._presence_state,
            "typing": lambda frame: [UserTyping(frame["userId"])],
            "message:read": self._read,
            "notification": self._notification,
            "conversation:request": self._request_answered,
            "session:ended": _session_ended,
            "socket:evicted": _evicted,
            "": self._gateway_error,
        }

    @property
    def upto(self) -> dict[str, int]:
        """{userId: the seq up to which the conversation with that user was delivered}."""
        return dict(self._delivered)

    @property
    def changes_upto(self) -> dict[str, int]:
        """{userId: the number up to which the changes in the conversation with that user were delivered}."""
        return dict(self._delivered_changes)

    def delivered(self, event: Event) -> None:
        """The application has taken this event. An event that it has not taken is delivered again after a restart."""
        if isinstance(event, Message):
            self._delivered[event.other_than(self._own_id)] = event.seq
        elif isinstance(event, Changed):
            self._delivered_changes[event.message.other_than(self._own_id)] = event.upto

    def reconnected(self) -> None:
        """A new websocket is open."""
        for source in self._frame_sources:
            source.reconnected()
        self._typing.clear()
        self.heartbeat.reconnected()

    def take(self, frame: Json) -> list[Event]:
        """Process a frame and return its events; a frame of an unknown type has none.

        Raises SessionEnded, Evicted, Flooding.
        """
        self.heartbeat.received()
        handler = self._handlers.get(frame.get("event", ""))
        if handler is None:
            return []
        return list(handler(frame))

    def is_lost(self) -> bool:
        """Whether the connection is dead: a message was not answered in time, nor has anything come since it was sent.

        How late this is asked does not matter: what came just after the message shows that the connection lives.
        """
        sent_at = self.outbox.overdue_since(time.monotonic())
        return sent_at is not None and self.heartbeat.is_silent_since(sent_at)

    def due(self) -> list[str]:
        """Returns the frames to be sent now."""
        now = time.monotonic()
        typing = [frames.typing(to_user_id) for to_user_id in self._typing]
        self._typing.clear()
        return typing + [frame for source in self._frame_sources for frame in source.due(now)]

    def due_in(self) -> float | None:
        """Returns the seconds until `due` may return the next frame, if nothing happens before."""
        moments = [moment for source in self._frame_sources if (moment := source.next_due()) is not None]
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def take_list(self, listed: Iterable[ListedConversation]) -> bool:
        """Compare with a page of the list of conversations; returns whether it held anything new."""
        news = False
        for entry in listed:
            if entry.user_id not in self._conversations:
                self._syncs.missed(entry.user_id)
            conversation = self._conversations.setdefault(entry.user_id, Conversation())
            conversation.exists(entry.last_seq)
            conversation.changes.exists(entry.last_change)
            if conversation.has_gap:
                news = True
                self._syncs.gap(entry.user_id, time.monotonic())
            self._marks.listed(entry.user_id, entry.read_seq)
        return news

    def typing(self, to_user_id: str) -> None:
        """Tell a user that this user is typing. Raises BadRequest if `to_user_id` is not a userId."""
        check_user_ids("toUserId", [to_user_id])
        self._typing[to_user_id] = None

    def mark_read(self, user_id: str, seq: int) -> None:
        """Mark as read up to `seq`, but not beyond the delivered messages: the others cannot have been read."""
        self._marks.read(user_id, min(seq, self._delivered.get(user_id, 0)))

    def _messages(self, messages: Iterable[Json]) -> Iterable[Event]:
        return [event for message in messages for event in self._message(Message.of(message))]

    def _message(self, message: Message) -> list[Message]:
        other = message.other_than(self._own_id)
        conversation = self._conversations.setdefault(other, Conversation())
        in_order = conversation.take(message)
        if conversation.has_gap:
            self._syncs.gap(other, time.monotonic())
        return in_order

    def _changed(self, frame: Json) -> Iterable[Event]:
        message = Message.of(frame)
        other = message.other_than(self._own_id)
        conversation = self._conversations.setdefault(other, Conversation())
        events = conversation.take_change(message)
        if conversation.has_gap:
            self._syncs.gap(other, time.monotonic())
        return events

    def _ack(self, frame: Json) -> Iterable[Event]:
        message = self.outbox.acknowledged(frame)
        return [] if message is None else self._message(message)

    def _acks(self, frame: Json) -> Iterable[Event]:
        for error in frame["errors"]:
            self.outbox.refused(error, time.monotonic())
        return [event for ack in frame["acks"] for event in self._ack(ack)]

    def _sync(self, frame: Json) -> Iterable[Event]:
        user_id = frame["userId"]
        conversation = self._conversations.setdefault(user_id, Conversation())
        if frame["messages"]:
            # An answer begins with the first message there is above the seq that was asked for, and leaves none out.
            conversation.skip_to(frame["messages"][0]["seq"])
        messages, changed = (map(Message.of, frame.get(name) or ()) for name in ("messages", "changed"))
        events = conversation.synced(messages, changed, frame.get("lastChange") or 0)
        self._syncs.answered(user_id, complete=frame["complete"], now=time.monotonic())
        return events

    def _error(self, frame: Json) -> Iterable[Event]:
        """An error frame names the action it is about; an action that is given up because of it is reported."""
        now, action, error = time.monotonic(), frame.get("action"), error_of(frame)
        if isinstance(error, SessionEnded | Flooding):
            raise error
        match action:
            case "private-message" | "private-messages":
                self.outbox.refused(frame, now)  # which reports it to the sender
                return []
            case "sync" | "presence:subscribe":
                requests = self._syncs if action == "sync" else self.watchlist
                given_up = requests.refused(error, now)
                return [ActionFailed(action, given_up, str(error))] if given_up else []
            case None:  # it may be about any frame
                return self._gateway_error(frame)
            case "register":
                self.heartbeat.refused(error)
            case "message:read":
                self._marks.refused(error, now)
        return [ActionFailed(action, (), str(error))] if isinstance(error, Refused) else []

    def _gateway_error(self, _frame: Json) -> Iterable[Event]:
        """API Gateway's own error, {"message": "Internal server error", ...}: a function died or took too long.

        It does not say which frame failed, so every frame without an answer is soon sent again. The connection is
        alive.
        """
        now = time.monotonic()
        self.heartbeat.outcome_unknown()
        for source in (self.outbox, self._syncs, self.watchlist):
            source.outcome_unknown(now)
        return []

    def _registered(self, frame: Json) -> Iterable[Event]:
        self.heartbeat.registered(float(frame["expiresIn"]))
        return []

    def _presence_state(self, frame: Json) -> Iterable[Event]:
        self.watchlist.confirmed(frame["userId"])
        return [Presence.of(frame)]

    def _read(self, frame: Json) -> Iterable[Event]:
        others = [user_id for user_id in frame["conversationId"].split(":") if user_id != self._own_id]
        return [Read(frame["userId"], others[0], frame["seq"])] if len(others) == 1 else []

    def _request_answered(self, frame: Json) -> Iterable[Event]:
        """What a stranger has written was accepted on one of the user's devices: nothing of it was pushed before."""
        if frame["status"] == "accepted":
            self._conversations.setdefault(frame["userId"], Conversation())
            self._syncs.missed(frame["userId"])
        return []

    def _notification(self, frame: Json) -> Iterable[Event]:
        notification_id = frame["notificationId"]
        if notification_id in self._notifications:
            return []
        self._notifications[notification_id] = None
        if len(self._notifications) > MAX_NOTIFICATIONS:
            del self._notifications[next(iter(self._notifications))]
        return [Notification(notification_id, frame["type"], frame["fromUserId"], frame["text"], frame["createdAt"])]


def _session_ended(_frame: Json) -> Iterable[Event]:
    raise SessionEnded("The session has ended.")


def _evicted(_frame: Json) -> Iterable[Event]:
    raise Evicted("You have opened too many devices, and this one was closed for the newest.")
