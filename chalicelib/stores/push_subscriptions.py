"""The browsers that a user is told in by web push: where their push services take messages, and the keys for these."""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from pymongo import DESCENDING

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.models import fields
from chalicelib.models.documents import PushSubscriptionDocument
from chalicelib.models.requests import PushSubscription


@dataclass(frozen=True)
class PushSubscriptions:
    """An endpoint belongs to whoever has subscribed last, as a browser is one person's at a time.

    Every method raises Unavailable.
    """

    mongo: MongoDatabase
    clock: Clock

    def add(self, user_id: str, session_id: str, epoch: int, subscription: PushSubscription) -> None:
        """Store a subscription, in place of the user's oldest one where there are too many. It may be repeated."""
        document = PushSubscriptionDocument(
            _id=_id(subscription.endpoint),
            userId=user_id,
            sessionId=session_id,
            epoch=epoch,
            endpoint=subscription.endpoint,
            p256dh=subscription.keys.p256dh,
            auth=subscription.keys.auth,
            createdAt=self.clock(),
        )
        with self.mongo.guard():
            self.mongo.push_subscriptions.replace_one({"_id": document["_id"]}, document, upsert=True)
            newest = self.mongo.push_subscriptions.find({"userId": user_id}, {"_id": 1}).sort("createdAt", DESCENDING)
            kept = [each["_id"] for each in newest.limit(fields.MAX_PUSH_SUBSCRIPTIONS + 1)]
            if len(kept) > fields.MAX_PUSH_SUBSCRIPTIONS:
                self.mongo.push_subscriptions.delete_one({"_id": kept[-1], "userId": user_id})

    def remove(self, user_id: str, endpoint: str) -> None:
        """Delete one of the user's own; that of another user stays."""
        with self.mongo.guard():
            self.mongo.push_subscriptions.delete_one({"_id": _id(endpoint), "userId": user_id})

    def delete(self, subscription: PushSubscriptionDocument) -> None:
        """Delete one that is dead, unless it was made anew meanwhile."""
        with self.mongo.guard():
            self.mongo.push_subscriptions.delete_one(
                {"_id": subscription["_id"], "createdAt": subscription["createdAt"]}
            )

    def of(self, user_ids: Collection[str]) -> dict[str, list[PushSubscriptionDocument]]:
        """Return {userId: subscriptions, the newest first} of those who have any."""
        found: defaultdict[str, list[PushSubscriptionDocument]] = defaultdict(list)
        with self.mongo.guard():
            wanted = self.mongo.push_subscriptions.find({"userId": {"$in": sorted(user_ids)}})
            for subscription in sorted(wanted, key=lambda each: each["createdAt"], reverse=True):
                found[subscription["userId"]].append(subscription)
        return found

    def end_sessions(self, session_ids: Collection[str]) -> None:
        """Delete those that were made in these sessions, which were logged out."""
        with self.mongo.guard():
            self.mongo.push_subscriptions.delete_many({"sessionId": {"$in": sorted(session_ids)}})

    def end_before(self, user_id: str, epoch: int) -> None:
        """Delete those of a user that were made in an earlier epoch."""
        with self.mongo.guard():
            self.mongo.push_subscriptions.delete_many({"userId": user_id, "epoch": {"$lt": epoch}})


def _id(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()
