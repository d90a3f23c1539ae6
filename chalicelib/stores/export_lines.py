"""Everything of a user, as it is exported: one record for each line, of the kinds in docs/reference/export.md.

It has what is the user's, and what others have sent them. It has no secret (password hash, tokens, links), and nothing
that others keep to themselves: who has blocked or ignores the user, who has rejected their request, how far somebody
has read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import iso
from chalicelib.models.documents import ConnectionDocument, UserDocument
from chalicelib.models.profile import empty_profile
from chalicelib.stores.messages import MessageStore
from chalicelib.stores.notifications import NotificationStore
from chalicelib.stores.users import messages_from

Record = Mapping[str, object]

PAGE = 500
"""How many messages, notifications or other documents are in memory at once."""

PAGE_BYTES = 4 * 1024 * 1024
"""How much of messages is in memory at once: 500 of the longest have 10 MB."""


@dataclass(frozen=True)
class ExportLines:
    mongo: MongoDatabase
    messages: MessageStore
    notifications: NotificationStore

    def pages(self, user_id: str) -> Iterator[list[Record]]:
        """Yield the records of a user, in pages of a bounded size, each read by an operation of its own.

        Nothing is yielded where the user does not exist. What is written meanwhile may be in it or not. Raises
        Unavailable.
        """
        with self.mongo.guard():
            user = self.mongo.users.find_one({"_id": ObjectId(user_id), "deletedAt": {"$exists": False}})
        if user is None:
            return
        yield [_profile(user), *({"kind": "block", "userId": blocked} for blocked in user["blocked"])]
        yield from self._connections(user_id)
        yield from self._sessions(user_id)
        yield from self._emails(user_id)
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
                read = self.mongo.conversations.find_one({"_id": conversation_id}, {"readSeq": 1, "lastSeq": 1})
            if read is None:
                continue
            one, other = conversation_id.split(":")
            yield [
                {
                    "kind": "conversation",
                    "conversationId": conversation_id,
                    "userId": other if one == user_id else one,
                    "lastSeq": read["lastSeq"],
                    "readSeq": read["readSeq"].get(user_id, 0),
                }
            ]
            yield from self._messages(conversation_id)

    def _messages(self, conversation_id: str) -> Iterator[list[Record]]:
        after, has_more = 0, True
        while has_more:
            page = self.messages.following(conversation_id, after=after, limit=PAGE, max_bytes=PAGE_BYTES)
            if page.messages:
                yield [
                    {
                        "kind": "message",
                        "messageId": message.messageId,
                        "conversationId": message.conversationId,
                        "seq": message.seq,
                        "fromUserId": message.fromUserId,
                        "toUserId": message.toUserId,
                        "message": message.message,
                        "ts": message.ts,
                    }
                    for message in page.messages
                ]
                after = page.messages[-1].seq
            has_more = page.hasMore


def _profile(user: UserDocument) -> Record:
    return {
        "kind": "profile",
        "userId": str(user["_id"]),
        "firstName": user["firstName"],
        "lastName": user["lastName"],
        **{name: user.get(name) for name in empty_profile()},
        "emailId": user["emailId"],
        "emailVerified": user.get("emailVerified", False),
        "formerEmailIds": [former["emailId"] for former in user.get("formerAddresses", [])],
        "messagesFrom": messages_from(user),
        "knownNetworks": user.get("knownNetworks", []),
        **_times(user, "createdAt", "updatedAt"),
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
