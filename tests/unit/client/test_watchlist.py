"""The list of the users whose presence the client watches."""

import json

import pytest

from examples.devconnect_client import BadRequest, Refused, Timings
from examples.devconnect_client.watchlist import MAX_WATCHED, Watchlist

ADA, BOB = "a" * 24, "b" * 24


@pytest.fixture
def watching() -> Watchlist:
    return Watchlist(Timings(answer=10.0, first_delay=0.0))


def subscribed(watching: Watchlist, now: float = 0.0) -> list[str]:
    return [user_id for frame in watching.due(now) for user_id in json.loads(frame)["userIds"]]


def test_a_subscription_is_sent_until_it_is_confirmed_and_after_each_reconnect(watching: Watchlist) -> None:
    watching.add([BOB, BOB])
    assert subscribed(watching) == [BOB]
    assert subscribed(watching, 9.9) == []
    assert subscribed(watching, 10) == [BOB]
    watching.confirmed(BOB)
    watching.add([BOB])
    assert watching.next_due() is None
    watching.reconnected()
    assert subscribed(watching, 20) == [BOB]


def test_a_user_whose_subscription_is_refused_is_not_watched_any_more(watching: Watchlist) -> None:
    watching.add([ADA])
    subscribed(watching)
    watching.confirmed(ADA)
    watching.add([BOB])
    subscribed(watching)
    assert watching.refused(Refused("No.", "forbidden"), now=0) == (BOB,)
    watching.reconnected()
    assert subscribed(watching) == [ADA]


@pytest.mark.parametrize("wrong", ["", "bob", BOB.upper(), BOB + "b", BOB + "\n", "é" * 24])
def test_a_malformed_user_id_is_refused_before_anything_is_sent(watching: Watchlist, wrong: str) -> None:
    with pytest.raises(BadRequest) as refused:
        watching.add([ADA, wrong])
    assert list(refused.value.fields) == ["userIds"]
    assert subscribed(watching) == []


def test_the_number_of_watched_users_is_limited(watching: Watchlist) -> None:
    watching.add([BOB])
    with pytest.raises(BadRequest):
        watching.add(f"{number:024x}" for number in range(MAX_WATCHED))
    watching.add(f"{number:024x}" for number in range(MAX_WATCHED - 1))
    assert len(subscribed(watching)) == MAX_WATCHED
