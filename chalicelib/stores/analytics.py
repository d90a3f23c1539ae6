"""The daily counts that the consumer adds up: one document for each day in UTC."""

from dataclasses import dataclass

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.documents import DailyCountsDocument


@dataclass(frozen=True)
class AnalyticsStore:
    mongo: MongoDatabase

    def days(self, first: str, last: str) -> dict[str, DailyCountsDocument]:
        """Return {date: counts} for the recorded days from `first` to `last`, both included. Raises Unavailable."""
        # A secondary may lag a little, which does no harm: the consumer always lags a little too.
        daily = self.mongo.preferring_secondary(self.mongo.analytics_daily)
        with self.mongo.guard():
            return {document["_id"]: document for document in daily.find({"_id": {"$gte": first, "$lte": last}})}
