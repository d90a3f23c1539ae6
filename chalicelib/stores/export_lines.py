"""Everything of a user, as it is exported: one record for each line, of the kinds in docs/reference/export.md.

It has what is the user's, and what others have sent them. It has no secret (password hash, tokens, links), and nothing
that others keep to themselves: who has blocked or ignores the user, who has rejected their request, how far somebody
has read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args
from urllib.parse import urlsplit

import msgspec
from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import iso
from chalicelib.models.documents import ConnectionDocument, UserDocument
from chalicelib.models.profile import empty_profile
from chalicelib.models.responses import PreferencesResponse
from chalicelib.stores.conversation_marks import expressions
from chalicelib.stores.message_requests import REQUESTS, RequestState
from chalicelib.stores.messages import MessageStore
from chalicelib.stores.notifications import NotificationStore
from chalicelib.stores.users import User, user_of

Record = Mapping[str, object]

PAGE = 500
"""How many messages, notifications or other documents are read at once; a page has fewer than twice as many."""

PAGE_BYTES = 4 * 1024 * 1024
"""How much of messages is read at once: 500 of the longest have 10 MB."""


@dataclass(frozen=True)
class ExportLines:
    mongo: MongoDatabase
    messages: MessageStore
    notifications: NotificationStore

    def pages(self, user_id: str) -> Iterator[list[Record]]:
        """Yield the records of a user, in pages of about PAGE records, read by many operations.

        Nothing is yielded where the user does not exist. What is written meanwhile may be in it or not. Raises
        Unavailable.
        """
        gathered: list[Record] = []
        for read in self._reads(user_id):  # most conversations have but a few messages
            gathered += read
            if len(gathered) >= PAGE:
                yield gathered
                gathered = []
        if gathered:
            yield gathered

    def _reads(self, user_id: str) -> Iterator[list[Record]]:
        with self.mongo.guard():
            user = self.mongo.users.find_one({"_id": ObjectId(user_id), "deletedAt": {"$exists": False}})
        if user is None:
            return
        known = user_of(user)
        preferences = PreferencesResponse.of(known.notify)
        yield [_profile(user, known), {"kind": "preferences", **msgspec.to_builtins(preferences)}]
        yield [{"kind": "block", "userId": blocked} for blocked in user["blocked"]]
        yield from self._connections(user_id)
        yield from self._sessions(user_id)
        yield from self._emails(user_id)
        yield from self._push_subscriptions(user_id)
        yield from self._reports(user_id)
        yield from self._notifications(user_id)
        yield from self._conversations(user_id)

    def _connections(self, user_id: str) -> Iterator[list[Record]]:
        with self.mongo.guard():
            found = list(self.mongo.connections.find({"userIds": user_id}, batch_size=PAGE))
        yield [record for connection in found if (record := _connection(connection, user_id)) is not None]

    def _sessions(self, user_id: str) -> Iterator[list[Record]]:
        with self.mongo.guard():
            sessions = list(self.mongo.sessions.find({"userId": user_id}))
        yield [
            {
                "kind": "session",
                "sessionId": session["_id"],
                "ip": session["ip"],
                "userAgent": session["userAgent"],
                **_times(session, "createdAt", "lastUsedAt", "endedAt"),
            }
            for session in sessions
        ]

    def _emails(self, user_id: str) -> Iterator[list[Record]]:
        with self.mongo.guard():
            emails = list(self.mongo.emails.find({"userId": user_id}))
        yield [
            {"kind": "email", "to": email["to"], "about": email["kind"], **_times(email, "createdAt", "sentAt")}
            for email in emails
        ]

    def _push_subscriptions(self, user_id: str) -> Iterator[list[Record]]:
        with self.mongo.guard():
            subscriptions = list(self.mongo.push_subscriptions.find({"userId": user_id}))
        yield [
            # Not the endpoint: whoever knows it and the keys can send to the browser.
            {
                "kind": "push-subscription",
                "service": urlsplit(subscription["endpoint"]).hostname,
                "sessionId": subscription["sessionId"],
                **_times(subscription, "createdAt"),
            }
            for subscription in subscriptions
        ]

    def _reports(self, user_id: str) -> Iterator[list[Record]]:
        """What the user has reported, and not what moderators did with it, nor who has reported the user."""
        with self.mongo.guard():
            cases = list(self.mongo.cases.find({"reports.userId": user_id}, batch_size=PAGE))
        yield [
            {
                "kind": "report",
                "userId": case["userId"],
                "reason": report["reason"],
                "note": report.get("note"),
                **_times(report, "at"),
            }
            for case in cases
            for report in case["reports"]
            if report["userId"] == user_id
        ]

    def _notifications(self, user_id: str) -> Iterator[list[Record]]:
        last = None
        while page := self.notifications.newest(user_id, PAGE, last):
            yield [
                {
                    "kind": "notification",
                    "notificationId": notification["_id"],
                    "type": notification["type"],
                    "fromUserId": notification["fromUserId"],
                    "text": notification["text"],
                    **_times(notification, "createdAt", "readAt"),
                }
                for notification in page
            ]
            last = page[-1]

    def _conversations(self, user_id: str) -> Iterator[list[Record]]:
        with self.mongo.guard():
            # The ids alone: a conversation has up to 10 MB, and its messages are read page by page.
            ids = [found["_id"] for found in self.mongo.conversations.find({"userIds": user_id}, {"_id": 1})]
        for conversation_id in ids:
            with self.mongo.guard():
                found = self.mongo.conversations.find_one({"_id": conversation_id}, _conversation_fields(user_id))
            if found is None:
                continue
            yield [_conversation(found, user_id)]
            yield from self._messages(conversation_id)

    def _messages(self, conversation_id: str) -> Iterator[list[Record]]:
        after, has_more = 0, True
        while has_more:
            page = self.messages.following(conversation_id, after=after, limit=PAGE, max_bytes=PAGE_BYTES)
            if page.messages:
                yield [{"kind": "message", **msgspec.to_builtins(message)} for message in page.messages]
                after = page.messages[-1].seq
            has_more = page.hasMore


def _profile(user: UserDocument, known: User) -> Record:
    return {
        "kind": "profile",
        "userId": str(user["_id"]),
        "firstName": user["firstName"],
        "lastName": user["lastName"],
        **{name: user.get(name) for name in empty_profile()},
        "emailId": user["emailId"],
        "emailVerified": known.emailVerified,
        "formerEmailIds": [former["emailId"] for former in user.get("formerAddresses", [])],
        "messagesFrom": known.messagesFrom,
        "presenceFor": known.presenceFor,
        "lastSeenFor": known.lastSeenFor,
        "knownNetworks": user.get("knownNetworks", []),
        **_times(user, "createdAt", "updatedAt"),
    }


def _conversation_fields(user_id: str) -> Mapping[str, object]:
    return {**dict.fromkeys(("lastSeq", "readSeq"), 1), **REQUESTS, **expressions(user_id)}


def _conversation(conversation: Mapping[str, Any], user_id: str) -> Record:  # Any: BSON
    """Return a conversation as the user has it. What it is to the other one, such as a request, is theirs."""
    one, other = conversation["_id"].split(":")
    states = conversation.get("requests", {})
    return {
        "kind": "conversation",
        "conversationId": conversation["_id"],
        "userId": other if one == user_id else one,
        "lastSeq": conversation["lastSeq"],
        "readSeq": conversation["readSeq"].get(user_id, 0),
        "muted": conversation["muted"],
        "archived": conversation["archived"],
        "request": next((state for state in get_args(RequestState) if user_id in states.get(state, {})), None),
    }


def _connection(connection: ConnectionDocument, user_id: str) -> Record | None:
    """Return a connection as the user is told of it; None where the other one ignores them, which nobody is told."""
    status = connection.get("leftStatus", connection["status"])
    is_own = connection["fromUserId"] == user_id
    if is_own and status == "rejected":
        status = "interested"
    elif not is_own and status == "ignored":
        unheard = connection.get("unheardStatus")
        if unheard is None:
            return None
        is_own, status = True, unheard
    other = connection["toUserId"] if connection["fromUserId"] == user_id else connection["fromUserId"]
    return {
        "kind": "connection",
        "userId": other,
        "status": status,
        "asked": is_own,
        "hasLeft": connection["status"] == "left",
        **_times(connection, "createdAt"),
    }


def _times(document: Mapping[str, object], *names: str) -> Record:
    return {name: iso(time) if isinstance(time := document.get(name), datetime) else None for name in names}
