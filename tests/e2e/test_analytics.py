"""Daily analytics are for administrators alone, and agree with the events in Kafka."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from infra.local.running import RunningSystem
from infra.ops.__main__ import main as operations
from tests.e2e.clients import Json, Person, sign_up
from tests.support.event_log import EventLog
from tests.support.waiting import eventually

ACTIVITY = {
    *("USER_SIGNUP", "USER_LOGIN", "USER_ONLINE", "PROFILE_UPDATED", "PROFILE_VIEW", "MESSAGE_SENT", "MESSAGE_READ"),
    *("CONNECTION_REQUEST", "CONNECTION_ACCEPTED", "CONNECTION_REJECTED", "EMAIL_CHANGED", "REPORT_MADE"),
    *("VISIBILITY_CHANGED", "MESSAGE_EDITED", "MESSAGE_DELETED", "MESSAGE_REACTED"),
}
NO_ACTIVITY = {
    *("USER_LOGOUT", "USER_OFFLINE", "MESSAGE_ANALYTICS", "SIGNUP_REPEATED", "EXPORT_NOTIFICATION"),
    *("CONNECTION_REQUEST_NOTIFICATION", "CONNECTION_ACCEPTED_NOTIFICATION", "MESSAGE_NOTIFICATION"),
    "MESSAGE_REQUEST_NOTIFICATION",
    *("REPORT_DISMISSED", "USER_WARNED", "USER_SUSPENDED", "USER_REINSTATED", "WARNING_NOTIFICATION"),
}


@pytest.fixture(scope="module")
def admin(system: RunningSystem, environment: dict[str, str]) -> Iterator[Person]:
    person = sign_up(system)
    made = CliRunner().invoke(operations, ["admins", "add", person.email_id], env=environment)
    assert made.exit_code == 0, made.output
    yield person
    person.http.close()


def days(admin: Person, **query: str) -> list[Json]:
    answer = admin.get("/api/analytics/daily", **query)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"days"}
    listed: list[Json] = answer.json()["days"]
    return listed


def test_counts_and_active_users_match_the_events_in_kafka(
    admin: Person, ada: Person, bob: Person, event_log: EventLog
) -> None:
    with ada.device():
        ada.get(f"/api/users/{bob.user_id}")
        ada.post("/api/messages", {"toUserId": bob.user_id, "message": "hi"})
    bob.post("/api/logout")

    def in_kafka() -> dict[str, tuple[dict[str, int], int]]:
        """Returns {date: (counts, active users)} of the events in Kafka, each of which may be there twice."""
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        active: defaultdict[str, set[str]] = defaultdict(set)
        for kind in ACTIVITY | NO_ACTIVITY:
            for event in {event["eventId"]: event for event in event_log.all(kind)}.values():
                day = event["timestamp"][:10]
                counts[day][kind] += 1
                if kind in ACTIVITY:
                    active[day].add(event["userId"])
        return {day: (dict(counts[day]), len(active[day])) for day in counts}

    def in_analytics() -> dict[str, tuple[dict[str, int], int]]:
        return {
            day["date"]: ({kind: count for kind, count in day["counts"].items() if count}, day["activeUsers"])
            for day in days(admin)
            if any(day["counts"].values())
        }

    def they_agree() -> bool:
        shown, expected = in_analytics(), in_kafka()
        return bool(shown) and all(expected[day] == analytics for day, analytics in shown.items())

    eventually(they_agree, what="analytics that agree with Kafka")
    assert all(day["counts"].keys() == ACTIVITY | NO_ACTIVITY for day in days(admin))


def test_the_default_range_is_the_last_seven_days(admin: Person) -> None:
    listed = days(admin)
    last = date.fromisoformat(listed[-1]["date"])
    assert last >= (datetime.now(UTC) - timedelta(minutes=1)).date()
    assert [day["date"] for day in listed] == [(last - timedelta(days=ago)).isoformat() for ago in range(6, -1, -1)]
    assert [day["date"] for day in days(admin, to="2026-01-03")][0::6] == ["2025-12-28", "2026-01-03"]


def test_a_day_without_events_is_listed_with_zeros(admin: Person) -> None:
    listed = days(admin, **{"from": "2019-12-31", "to": "2020-01-01"})
    nothing = {"counts": dict.fromkeys(ACTIVITY | NO_ACTIVITY, 0), "activeUsers": 0}
    assert listed == [{"date": "2019-12-31", **nothing}, {"date": "2020-01-01", **nothing}]


def test_a_range_has_at_most_92_days(admin: Person) -> None:
    assert len(days(admin, **{"from": "2020-01-01", "to": "2020-04-01"})) == 92


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"from": "2020-01-01", "to": "2020-04-02"}, "from"),
        ({"from": "2020-01-02", "to": "2020-01-01"}, "from"),
        ({"from": "2020-01-01"}, "from"),
        ({"from": "9999-12-31"}, "from"),
        ({"from": "2020-02-30"}, "from"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2020-01-01T00:00:00Z"}, "to"),
        ({"to": "20200101"}, "to"),
        ({"to": "0"}, "to"),
        ({"first": "2020-01-01"}, "first"),
    ],
)
def test_a_wrong_range_names_its_field(admin: Person, query: dict[str, str], name: str) -> None:
    refused = admin.get("/api/analytics/daily", **query)
    assert (refused.status_code, list(refused.json()["fields"])) == (400, [name])


def test_the_earliest_and_the_latest_dates_are_accepted(admin: Person) -> None:
    assert [day["date"] for day in days(admin, to="0001-01-02")] == ["0001-01-01", "0001-01-02"]
    assert len(days(admin, to="9999-12-31")) == 7


def test_only_administrators_see_the_analytics(ada: Person) -> None:
    refused = ada.get("/api/analytics/daily")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert ada.http.get("/api/analytics/daily").status_code == 401
