"""A lease in MongoDB, by which one of several consumers does the work that only one of them should do."""

from datetime import datetime, timedelta
from uuid import uuid4

from pymongo.errors import DuplicateKeyError

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock

LIFETIME = timedelta(seconds=3)
"""After this time without renewal, another consumer takes over. The work under the lease is safe to be done twice."""


class Leadership:
    """The lease of one name, as one consumer sees it."""

    def __init__(self, mongo: MongoDatabase, name: str, clock: Clock) -> None:
        self._mongo = mongo
        self._name = name
        self._clock = clock
        self._owner = uuid4().hex
        self._renewed_at: datetime | None = None

    def hold(self) -> bool:
        """Take the lease, or renew it after half of its lifetime. Returns False where another consumer has it.

        Raises Unavailable.
        """
        now = self._clock()
        if self._renewed_at is not None and now < self._renewed_at + LIFETIME / 2:
            return True
        self._renewed_at = None
        mine_or_free = {"_id": self._name, "$or": [{"owner": self._owner}, {"until": {"$lt": now}}]}
        try:
            with self._mongo.guard():
                self._mongo.leases.update_one(
                    mine_or_free, {"$set": {"owner": self._owner, "until": now + LIFETIME}}, upsert=True
                )
        except DuplicateKeyError:
            return False
        self._renewed_at = now
        return True

    def release(self) -> None:
        """Give up the lease, so that another consumer can take it at once. Raises Unavailable."""
        self._renewed_at = None
        with self._mongo.guard():
            self._mongo.leases.delete_one({"_id": self._name, "owner": self._owner})
