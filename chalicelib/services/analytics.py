"""Daily analytics, for administrators."""

from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.clock import Clock
from chalicelib.errors import BadRequest, Forbidden
from chalicelib.models.documents import DailyCountsDocument
from chalicelib.models.event_types import EVENT_TYPES
from chalicelib.models.fields import MAX_ANALYTICS_DAYS
from chalicelib.models.requests import DaysQuery
from chalicelib.models.responses import AnalyticsResponse, DayResponse
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.analytics import AnalyticsStore
from chalicelib.stores.users import ADMIN

DEFAULT_DAYS = 7

_ZERO_COUNTS = dict.fromkeys(EVENT_TYPES, 0)


@dataclass(frozen=True, kw_only=True)
class Analytics:
    gate: Gate
    analytics: AnalyticsStore
    clock: Clock

    def daily(self, credentials: Credentials, query: DaysQuery) -> AnalyticsResponse:
        """Return every day of the range in ascending order, with a count for each event type.

        Events that the consumer has not read yet are not counted yet.
        Raises Forbidden for everyone but administrators, BadRequest, Unauthorized, RateLimited, Unavailable.
        """
        if self.gate.admit(credentials, "analytics").user.role != ADMIN:
            raise Forbidden("Only administrators may see this.")
        days = _days(query, today=self.clock().date())
        recorded = self.analytics.days(days[0], days[-1])
        return AnalyticsResponse(days=[_day(day, recorded.get(day)) for day in days])


def _days(query: DaysQuery, today: date) -> list[str]:
    """The dates of the range, both ends included. Raises BadRequest."""
    last = query.last or today
    # Never before 0001-01-01, the first date that Python knows.
    first = query.first or date.fromordinal(max(1, last.toordinal() - DEFAULT_DAYS + 1))
    if first > last:
        raise BadRequest({"from": f"it is after {last}, the end of the range"})
    number = (last - first).days + 1
    if number > MAX_ANALYTICS_DAYS:
        raise BadRequest({"from": f"there are more than {MAX_ANALYTICS_DAYS} days from it to {last}"})
    return [(first + timedelta(days=offset)).isoformat() for offset in range(number)]


def _day(day: str, recorded: DailyCountsDocument | None) -> DayResponse:
    if recorded is None:
        return DayResponse(date=day, counts=_ZERO_COUNTS, activeUsers=0)
    return DayResponse(date=day, counts=_ZERO_COUNTS | recorded["counts"], activeUsers=recorded.get("activeUsers", 0))
