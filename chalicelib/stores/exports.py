"""Exports that users have asked for: one for each user, until it is deleted. Their files are in a FileStorage.

A file is named by the attempt that makes it, and its name is stored once it is complete. So nobody is ever led to a
file that is half done, however many processes make it, and wherever they die.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from pymongo import ASCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import Unavailable
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.models.documents import ExportDocument

AGAIN_AFTER = timedelta(days=1)
"""How long after a request the next one makes another export."""

KEPT = timedelta(days=3)
"""How long a file can be downloaded. The storage deletes it then: infra/cloudformation/app/exports.yml."""

FORGOTTEN_AFTER = timedelta(days=30)
"""When the document goes. A request that has waited for so long is of no use any more."""

CLAIM = timedelta(minutes=1)
"""How long an export is left to the process that makes it, unless that one renews its claim."""


@dataclass(frozen=True)
class ExportStore:
    """Every method raises Unavailable."""

    mongo: MongoDatabase
    clock: Clock

    def request(self, user_id: str) -> ExportDocument:
        """Ask for an export, and return it: the last one, where that was asked for less than AGAIN_AFTER ago."""
        now = self.clock()
        document: dict[str, object] = {
            "requestedAt": now,
            "dueAt": now,
            "expiresAt": now + FORGOTTEN_AFTER,
            # An event that is pending is of an earlier export, of which nobody need hear any more.
            "pendingEvents": [],
        }
        found: ExportDocument | None
        with self.mongo.guard():
            try:
                found = self.mongo.exports.find_one_and_update(
                    {"_id": user_id, "requestedAt": {"$lte": now - AGAIN_AFTER}},
                    {"$set": document},
                    upsert=True,
                    return_document=ReturnDocument.AFTER,
                )
            except DuplicateKeyError:
                found = self.mongo.exports.find_one({"_id": user_id})
        if found is None:
            raise Unavailable  # it is stored, but not by a majority yet
        return found

    def find(self, user_id: str) -> ExportDocument | None:
        with self.mongo.guard():
            return self.mongo.exports.find_one({"_id": user_id})

    def claim(self) -> ExportDocument | None:
        """Claim an export that is due, under a new attempt; None where none is due."""
        now = self.clock()
        with self.mongo.guard():
            return self.mongo.exports.find_one_and_update(
                {"dueAt": {"$lte": now}},
                {"$set": {"dueAt": now + CLAIM, "attempt": uuid4().hex}},
                sort=[("dueAt", ASCENDING)],
                return_document=ReturnDocument.AFTER,
            )

    def renew(self, claimed: ExportDocument) -> bool:
        """Keep a claim; False where it is lost: somebody else makes the export, or its user has left."""
        with self.mongo.guard():
            renewed = self.mongo.exports.update_one(_of(claimed), {"$set": {"dueAt": self.clock() + CLAIM}})
        return renewed.matched_count == 1

    def complete(self, claimed: ExportDocument, key: str, size: int) -> Written | None:
        """Store that the file is complete, with the EXPORT_NOTIFICATION; None where the claim is lost."""
        now, user_id = self.clock(), claimed["_id"]
        event = new_event("EXPORT_NOTIFICATION", user_id, self.clock, fromUserId=user_id)
        with self.mongo.guard():
            completed = self.mongo.exports.update_one(
                _of(claimed),
                {
                    "$set": {"key": key, "bytes": size, "completedAt": now, "deletedAt": now + KEPT},
                    "$unset": {"dueAt": "", "attempt": ""},
                    "$push": {"pendingEvents": pending(event, self.clock())},
                },
            )
        return Written(event, self.mongo.exports, user_id) if completed.modified_count else None

    def delete(self, export: ExportDocument) -> bool:
        """Delete a request; False where it has changed meanwhile, as its file may be another one."""
        unchanged = {name: export.get(name) for name in ("_id", "attempt", "key")}
        with self.mongo.guard():
            return self.mongo.exports.delete_one(unchanged).deleted_count == 1


def _of(claimed: ExportDocument) -> dict[str, object]:
    return {"_id": claimed["_id"], "attempt": claimed["attempt"]}
