"""What happened day by day, for administrators."""

from collections.abc import Collection
from datetime import date, timedelta

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clock import Clock
from chalicelib.errors import BadRequest, Forbidden
from chalicelib.events.topics import TOPIC_OF
from chalicelib.models.answers import AnalyticsAnswer, DayAnswer
from chalicelib.models.documents import DailyCountsDocument
from chalicelib.models.fields import MAX_ANALYTICS_DAYS
from chalicelib.models.requests import DaysQuery
from chalicelib.services.gate import Gate
from chalicelib.services.tokens import Credentials

DEFAULT_DAYS = 7

_NOTHING = dict.fromkeys(TOPIC_OF, 0)


class Analytics:
    def __init__(self, gate: Gate, store: MongoStore, clock: Clock, admin_emails: Collection[str]) -> None:
        self._gate = gate
        self._store = store
        self._clock = clock
        self._admin_emails = admin_emails

    def daily(self, credentials: Credentials, query: DaysQuery) -> AnalyticsAnswer:
        """Every day of the range, ascending, with a count for each type of event; what has just happened comes later.

        Raises Forbidden to all but administrators, BadRequest, Unauthorized, RateLimited, Unavailable.
        """
        if self._gate.admit(credentials, "analytics").user.emailId not in self._admin_emails:
            raise Forbidden("Only administrators may see this.")
        days = _days(query, today=self._clock().date())
        known = self._known(days)
        return AnalyticsAnswer(days=[_day(day, known.get(day)) for day in days])

    def _known(self, days: list[str]) -> dict[str, DailyCountsDocument]:
        # A secondary may lag a little, and the consumer lags anyway.
        daily = self._store.preferring_secondary(self._store.analytics_daily)
        with self._store.guard():
            return {document["_id"]: document for document in daily.find({"_id": {"$gte": days[0], "$lte": days[-1]}})}


def _days(query: DaysQuery, today: date) -> list[str]:
    """The dates of the range, both ends included. Raises BadRequest."""
    last = query.last or today
    # Not before the first date that there is.
    first = query.first or date.fromordinal(max(1, last.toordinal() - DEFAULT_DAYS + 1))
    if first > last:
        raise BadRequest({"from": f"it is after {last}, the end of the range"})
    number = (last - first).days + 1
    if number > MAX_ANALYTICS_DAYS:
        raise BadRequest({"from": f"there are more than {MAX_ANALYTICS_DAYS} days from it to {last}"})
    return [(first + timedelta(days=place)).isoformat() for place in range(number)]


def _day(day: str, known: DailyCountsDocument | None) -> DayAnswer:
    if known is None:
        return DayAnswer(date=day, counts=_NOTHING, activeUsers=0)
    return DayAnswer(date=day, counts=_NOTHING | known["counts"], activeUsers=known.get("activeUsers", 0))
