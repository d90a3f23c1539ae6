"""What MongoDB tells of the system: the day's counts, the oldest pending event, and open sockets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.stores.pending_events import pending_places
from chalicelib.wiring import Wiring
from infra.ops.top.slow_queries import SlowQueries, slow_queries


@dataclass(frozen=True)
class MongoFigures:
    """`counts` are those of `day` by event type; `oldest_pending` is when the oldest pending event was stored."""

    at: datetime
    day: str
    counts: Mapping[str, int]
    oldest_pending: datetime | None
    sockets: int
    slow: SlowQueries

    def per_second(self, before: "MongoFigures | None") -> dict[str, float]:
        """Return {event type: events a second} since an earlier look; nothing where the day has changed since."""
        if before is None or before.day != self.day or before.at >= self.at:
            return {}
        seconds = (self.at - before.at).total_seconds()
        return {name: (count - before.counts.get(name, 0)) / seconds for name, count in self.counts.items()}


@dataclass(frozen=True)
class MongoLook:
    """Looks at MongoDB through the client of the functions, whose operations have a time-out."""

    wiring: Wiring

    def __call__(self) -> MongoFigures:
        """Raises Unavailable, PyMongoError."""
        mongo, now = self.wiring.mongo, self.wiring.clock()
        day = now.date().isoformat()
        with mongo.guard():
            recorded = mongo.analytics_daily.find_one({"_id": day})
            ages = [oldest for place in pending_places(mongo) if (oldest := place.oldest())]
            return MongoFigures(
                at=now,
                day=day,
                counts=recorded["counts"] if recorded else {},
                oldest_pending=min(ages, default=None),
                sockets=mongo.sockets.count_documents({"presenceUntil": {"$gt": now}}),
                slow=slow_queries(mongo),
            )
