"""Those who run a service, as the console's tests need them, and what they look at."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from chalicelib import settings
from chalicelib.clock import utc_now
from chalicelib.models.fields import MAX_ANALYTICS_DAYS
from chalicelib.models.moderation import Report
from chalicelib.stores.users import ADMIN, MODERATOR
from chalicelib.wiring import Wiring
from tests.support.users import sign_up


@dataclass(frozen=True)
class Staff:
    """The email addresses of both. Their password is that of `sign_up`."""

    admin: str
    moderator: str


def employ(environment: Mapping[str, str]) -> Staff:
    """Have an administrator, a moderator, a quarter of daily counts, and two reported users."""
    with closing(Wiring(settings.load(environment))) as wiring:
        admin, moderator = sign_up(wiring).user.emailId, sign_up(wiring).user.emailId
        wiring.roles.give(ADMIN, admin)
        wiring.roles.give(MODERATOR, moderator)
        _count(wiring)
        for _ in range(2):
            wiring.reports.report(
                sign_up(wiring).credentials,
                Report(userId=sign_up(wiring).user.userId, reason="spam", note="Offers me a watch."),
            )
        return Staff(admin, moderator)


def _count(wiring: Wiring) -> None:
    """Write counts of the days before today: what the consumer would have added up."""
    today = utc_now().date()
    wiring.mongo.analytics_daily.insert_many(
        {
            "_id": (today - timedelta(days=days)).isoformat(),
            "counts": {
                "MESSAGE_SENT": 2_000 - 11 * days + 300 * (days % 7),
                "CONNECTION_ACCEPTED": 40 + days % 5,
                "USER_SIGNUP": 9 + days % 3,
            },
            "activeUsers": 400 - 2 * days + 20 * (days % 7),
        }
        for days in range(1, MAX_ANALYTICS_DAYS)
    )
