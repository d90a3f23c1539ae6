"""What the events since a time say of the documents that a restored MongoDB lacks. Reading them changes nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import ConnectionChanged, MessageChanged, MessageRead, MessageSent, UserLogout
from chalicelib.models.pairs import pair_id
from infra.ops.reconciling.cases import OF_CASES


@dataclass
class Seen:
    """The events that say what is stored, by what they are about.

    `messages` are {conversationId: {seq: the MESSAGE_SENT}}, `changes` {conversationId: {number: the event of that
    change}}, `connections` {pair: the events of its steps, by type}, `reads` {(conversationId, userId): the greatest
    seq}, and `passwords` {userId: the epoch that began with the newest new password}. `profiles` are who has edited
    their profile, `signups` who has signed up, and `left` who has left. `cases` are the events of reports and acts, by
    their eventId.
    """

    messages: defaultdict[str, dict[int, Envelope]] = field(default_factory=lambda: defaultdict(dict))
    changes: defaultdict[str, dict[int, Envelope]] = field(default_factory=lambda: defaultdict(dict))
    connections: defaultdict[str, dict[str, Envelope]] = field(default_factory=lambda: defaultdict(dict))
    reads: Counter[tuple[str, str]] = field(default_factory=Counter)
    passwords: Counter[str] = field(default_factory=Counter)
    profiles: dict[str, str] = field(default_factory=dict)
    signups: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    cases: dict[str, Envelope] = field(default_factory=dict)

    def add(self, event: Envelope) -> None:
        """Note an event, whose data the consumer's reader has checked. It does not matter if it comes twice."""
        match event.eventType:
            case "MESSAGE_SENT" | "MESSAGE_EDITED" | "MESSAGE_DELETED" | "MESSAGE_REACTED":
                self._add_of_message(event)
            case "MESSAGE_READ":
                read = msgspec.convert(event.data, MessageRead)
                mark = (read.conversationId, event.userId)
                self.reads[mark] = max(self.reads[mark], read.seq)
            case "CONNECTION_REQUEST" | "CONNECTION_ACCEPTED" | "CONNECTION_REJECTED":
                other = msgspec.convert(event.data, ConnectionChanged).toUserId
                self.connections[pair_id(event.userId, other)][event.eventType] = event
            case "USER_LOGOUT":
                self._add_logout(event.userId, msgspec.convert(event.data, UserLogout))
            case "PROFILE_UPDATED":
                self.profiles[event.userId] = max(self.profiles.get(event.userId, ""), event.timestamp)
            case "USER_SIGNUP":
                self.signups.add(event.userId)
            case event_type if event_type in OF_CASES:
                self.cases[event.eventId] = event
            case _:
                pass

    def _add_of_message(self, event: Envelope) -> None:
        if event.eventType == "MESSAGE_SENT":
            sent = msgspec.convert(event.data, MessageSent)
            self.messages[sent.conversationId][sent.seq] = event
        else:
            changed = msgspec.convert(event.data, MessageChanged)
            self.changes[changed.conversationId][changed.change] = event

    def _add_logout(self, user_id: str, ended: UserLogout) -> None:
        if ended.reason in {"password_changed", "password_reset"} and ended.epoch is not None:
            self.passwords[user_id] = max(self.passwords[user_id], ended.epoch)
        if ended.reason == "account_deleted":
            self.left.add(user_id)

    def users(self) -> Iterable[str]:
        """Return everybody of whom something is seen, some of them several times."""
        for conversation in self.messages:
            yield from conversation.split(":")
        for conversation in self.changes:
            yield from conversation.split(":")
        for pair in self.connections:
            yield from pair.split(":")
        yield from self.passwords
        yield from self.profiles
        yield from self.signups
