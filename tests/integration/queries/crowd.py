"""Thousands of documents of each kind, most of which concern neither of the two users who send queries."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo.database import Database

from chalicelib.models.documents import TailMessage
from chalicelib.models.pairs import pair_id
from chalicelib.models.profile import empty_profile
from chalicelib.models.search_terms import profile_terms
from chalicelib.services.accounts import NewSession

MANY = 1_500
FEW = 20

Document = dict[str, Any]  # Any: BSON


def fill(database: Database[Document], ada: NewSession, bob: NewSession, now: datetime) -> None:
    """Fills a database. Every list of Ada's is long, too."""
    adas, bobs = ada.user.userId, bob.user.userId
    strangers = [ObjectId() for _ in range(MANY)]
    documents = {
        "users": [
            _user(user_id, adas if number < FEW else str(strangers[0]), number, now)
            for number, user_id in enumerate(strangers)
        ],
        "sessions": _sessions(adas, strangers, now),
        "sockets": _sockets(adas, strangers, now),
        "conversations": [
            _conversation(adas, bobs, now, MANY, last_seq=MANY, tail=FEW),
            # What Ada sees first.
            _conversation(adas, str(strangers[0]), now, 0, last_seq=2 * MANY + 1),
            *(_conversation(adas, str(user_id), now, number + 1) for number, user_id in enumerate(strangers[1:])),
            # What Ada has put away, among what nobody has.
            *(
                {**_conversation(adas, str(ObjectId()), now, number), "archived": [adas], "muted": [adas]}
                for number in range(FEW)
            ),
            # What strangers have written to Ada, and some of it she has ignored.
            *(
                {
                    **_conversation(adas, str(ObjectId()), now, number),
                    "requests": {state: {adas: ObjectId()}},
                }
                for state in ("waiting", "ignored")
                for number in range(FEW // 2)
            ),
        ],
        "messages": [
            *(_message(adas, bobs, number + 1, now) for number in range(MANY - FEW)),
            # The conversation that Ada sees first has many messages that she has read, and then many of her own.
            *(_read_and_answered(adas, str(strangers[0]), number, now) for number in range(2 * MANY)),
        ],
        "connections": [_connection(adas, str(user_id), now, number) for number, user_id in enumerate(strangers)],
        "notifications": [
            {
                "_id": f"notification-{number}",
                "userId": adas,
                "createdAt": _ago(now, number),
                **_notification_from(str(user_id), now, number),
            }
            for number, user_id in enumerate(strangers)
        ],
        "emails": [{"_id": f"mail-{number}", "dueAt": _ago(now, number), **_email(now)} for number in range(MANY)],
        "exports": [
            {"_id": str(user_id), "requestedAt": _ago(now, number), "expiresAt": now + timedelta(days=30)}
            | ({"dueAt": now + timedelta(days=1)} if number < FEW else {"key": f"{number}.jsonl"})
            | {"pendingEvents": _pending(str(user_id), now, number)}
            for number, user_id in enumerate(strangers)
        ],
        "invalidations": _invalidations(strangers, now),
        "login_attempts": [
            {"_id": ObjectId(), "key": f"ratelimit:{adas if number % 2 else bobs}:login", "at": _ago(now, number)}
            | {"expiresAt": now + timedelta(hours=1)}
            for number in range(MANY)
        ],
        "processed_events": [
            {"_id": f"event-{number}", "expiresAt": now + timedelta(days=8)} for number in range(MANY)
        ],
        "analytics_daily": [
            {"_id": (now - timedelta(days=number)).date().isoformat(), "counts": {}} for number in range(MANY)
        ],
        "feeds": [{"_id": str(user_id), "lists": [], "expiresAt": now} for user_id in strangers],
        "active_users": [
            {"_id": f"2026-01-01:{user_id}", "expiresAt": now + timedelta(days=1)} for user_id in strangers
        ],
        "missed_messages": [
            {"_id": str(user_id), "expiresAt": now + timedelta(days=1), "mailedAt": now}
            | ({"dueAt": now + timedelta(seconds=number)} if number % 2 else {})
            for number, user_id in enumerate(strangers)
        ],
        "cases": [_case(str(user_id), adas, now, number) for number, user_id in enumerate(strangers)],
        "push_subscriptions": [
            {"_id": f"browser-{number}", "userId": str(user_id), "sessionId": f"session-other-{number}"}
            | {"epoch": 0, "endpoint": "", "p256dh": "", "auth": "", "createdAt": now}
            for number, user_id in enumerate(strangers)
        ],
        "leases": [{"_id": f"lease-{number}", "owner": "", "until": now} for number in range(FEW)],
    }
    for name, many in documents.items():
        database[name].insert_many(many)


def _ago(now: datetime, seconds: float) -> datetime:
    return now - timedelta(seconds=seconds)


def _pending(user_id: str, now: datetime, number: int) -> list[Document]:
    """Every second document has an event that is due, as in an outage of Kafka."""
    if number % 2:
        return []
    event = {
        "eventId": f"{number:08x}-0000-4000-8000-000000000000",
        "eventType": "PROFILE_UPDATED",
        "userId": user_id,
        "timestamp": "2026-01-31T12:00:00.000Z",
        "version": 1,
        "data": {"fields": ["about"]},
    }
    return [{**event, "at": _ago(now, 60 + number)}]


def _user(user_id: ObjectId, blocked: str, number: int, now: datetime) -> Document:
    """One of a hundred has the rarer skill, and as many are of an earlier release."""
    name = {"firstName": "Somebody", "lastName": "Example"}
    skills = ["Python", "Rare"] if number % 100 == 1 else ["Python"]
    return {
        "_id": user_id,
        **empty_profile(),
        **name,
        "skills": skills,
        **({"searchTerms": profile_terms({**name, "skills": skills})} if number % 100 else {}),
        "updatedAt": now,
        "emailId": f"{user_id}@example.org",
        "blocked": [blocked],
        "pendingEvents": [],
    }


def _case(reported: str, reporter: str, now: datetime, number: int) -> Document:
    """One of two is open, and the evidence of the others is due, or will be."""
    due = _ago(now, number) if number % 4 else now + timedelta(days=1)
    return {
        "_id": ObjectId(),
        "thing": f"user/{reported}",
        "userId": reported,
        "reports": [{"userId": reporter if number < FEW else reported, "at": now, "reason": "spam", "note": "x"}],
        "profile": {"firstName": "Somebody", "lastName": "Example", "about": None, "photoUrl": None},
        "openedAt": now,
        "acts": [],
        "pendingEvents": _pending(reported, now, number),
        **({"status": "dismissed", "evidenceUntil": due} if number % 2 else {"status": "open"}),
    }


def _sessions(own: str, strangers: list[ObjectId], now: datetime) -> list[Document]:
    """One session of each stranger, and as many sessions of Ada's, most of them of past epochs."""
    return [
        {
            "_id": f"session-{place}-{number}",
            "userId": user_id,
            "epoch": 0 if place == "own" and number < FEW else -1,
            "createdAt": _ago(now, number),
            "lastUsedAt": _ago(now, number),
            "expiresAt": now + timedelta(days=1),
            "ip": "127.0.0.1",
            "userAgent": "tests",
            "pendingEvents": _pending(user_id, now, number),
        }
        for place, user_ids in (("own", [own] * MANY), ("other", [str(user_id) for user_id in strangers]))
        for number, user_id in enumerate(user_ids)
    ]


def _sockets(own: str, strangers: list[ObjectId], now: datetime) -> list[Document]:
    """A third of the sockets is online and watches somebody, a third has vanished and is marked, a third is closed."""
    sockets = []
    for number, user_id in enumerate(strangers):
        socket: Document = {
            "_id": f"socket-{number}",
            "userId": str(user_id),
            "sessionId": f"session-other-{number}",
            "sessionExpiresAt": now + timedelta(days=1),
            "connectedAt": _ago(now, 100),
            "watching": [str(strangers[number - 1]), *([own] if number < FEW else [])],
            "expiresAt": now + timedelta(hours=3),
            "pendingEvents": [],
        }
        match number % 3:
            case 0:
                socket["presenceUntil"] = now + timedelta(minutes=5)
            case 1:
                socket["presenceUntil"] = _ago(now, number)
                socket["sessionEndedAt"] = _ago(now, number)
            case 2:
                socket["closedAt"] = now
        sockets.append(socket)
    return sockets


def _conversation(own: str, other: str, now: datetime, number: int, *, last_seq: int = 1, tail: int = 1) -> Document:
    at = _ago(now, number)
    in_tail = [_message(own, other, seq, now) for seq in range(last_seq - tail + 1, last_seq + 1)]
    return {
        "_id": pair_id(own, other),
        "userIds": sorted((own, other)),
        "lastSeq": last_seq,
        "movedSeq": last_seq - tail,
        "movedIds": {own: "zzz"} if last_seq > tail else {},
        "tail": [{name: message[name] for name in TailMessage.__required_keys__} for message in in_tail],
        "readSeq": {own: MANY},
        "updatedAt": at,
        # Every second conversation has one that is due, as in an outage of Kafka.
        "pendingMessages": [message["_id"] for message in in_tail[number % 2 : 1]],
        "pendingEvents": [],
    }


def _message(own: str, other: str, seq: int, now: datetime) -> Document:
    sender, receiver = (own, other) if seq % 2 else (other, own)
    return {
        "_id": ObjectId(),
        "conversationId": pair_id(own, other),
        "seq": seq,
        "fromUserId": sender,
        "toUserId": receiver,
        "clientMessageId": str(seq),
        "text": "hi",
        "ts": _ago(now, MANY - seq),
        "pendingEvents": _pending(sender, now, seq),
    }


def _read_and_answered(own: str, other: str, number: int, now: datetime) -> Document:
    sender, receiver = (other, own) if number < MANY else (own, other)
    message = {"seq": number + 1, "fromUserId": sender, "toUserId": receiver, "pendingEvents": []}
    return {**_message(own, other, number + 1, now), **message}


def _connection(own: str, other: str, now: datetime, number: int) -> Document:
    """A third of the connections is accepted, a third requested of Ada, a third ignored by her."""
    status = ("accepted", "interested", "ignored")[number % 3]
    sender, receiver = (own, other) if status == "ignored" else (other, own)
    return {
        "_id": pair_id(own, other),
        "userIds": sorted((own, other)),
        "fromUserId": sender,
        "toUserId": receiver,
        "status": status,
        "createdAt": _ago(now, number),
        "updatedAt": now,
        "pendingEvents": [],
    }


def _notification_from(sender: str, now: datetime, number: int) -> Mapping[str, object]:
    return {
        "type": "MESSAGE_NOTIFICATION",
        "fromUserId": sender,
        "text": "Somebody has written to you.",
        "seq": number,
        "readAt": None if number < MANY // 2 else now,
    }


def _email(now: datetime) -> Mapping[str, object]:
    return {"to": "a@example.org", "kind": "taken", "createdAt": now, "expiresAt": now + timedelta(days=8)}


def _invalidations(strangers: list[ObjectId], now: datetime) -> list[Document]:
    """Kept deletions as after a long outage of Redis.

    They are of heartbeats of everybody, with a few copies among the newest; some are not due yet.
    """
    heartbeats = [(f"presence:{user_id}", _ago(now, MANY + number)) for number, user_id in enumerate(strangers)]
    copies = [(f"{kind}:{number}", _ago(now, number)) for number in range(FEW) for kind in ("session", "user")]
    announced = [(f"user:{user_id}", now + timedelta(hours=1)) for user_id in strangers[:FEW]]
    return [{"_id": ObjectId(), "key": key, "at": at} for key, at in (*heartbeats, *copies, *announced)]
