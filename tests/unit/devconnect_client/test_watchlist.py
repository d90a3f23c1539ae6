"""The list of the users whose presence the client watches."""

import json

import pytest

from devconnect_client import BadRequest, Refused, Timings
from devconnect_client.watchlist import MAX_WATCHED, Watchlist

ADA, BOB = "a" * 24, "b" * 24


@pytest.fixture
def watchlist() -> Watchlist:
    return Watchlist(Timings(answer=10.0, first_delay=0.0))


def subscribed(watchlist: Watchlist, now: float = 0.0) -> list[str]:
    return [user_id for frame in watchlist.due(now) for user_id in json.loads(frame)["userIds"]]


def test_a_subscription_is_sent_until_it_is_confirmed_and_after_each_reconnect(watchlist: Watchlist) -> None:
    watchlist.add([BOB, BOB])
    assert subscribed(watchlist) == [BOB]
    assert subscribed(watchlist, 9.9) == []
    assert subscribed(watchlist, 10) == [BOB]
    watchlist.confirmed(BOB)
    watchlist.add([BOB])
    assert watchlist.next_due() is None
    watchlist.reconnected()
    assert subscribed(watchlist, 20) == [BOB]


def test_a_user_whose_subscription_is_refused_is_not_watched_any_more(watchlist: Watchlist) -> None:
    watchlist.add([ADA])
    subscribed(watchlist)
    watchlist.confirmed(ADA)
    watchlist.add([BOB])
    subscribed(watchlist)
    assert watchlist.refused(Refused("No.", "forbidden"), now=0) == (BOB,)
    watchlist.reconnected()
    assert subscribed(watchlist) == [ADA]


@pytest.mark.parametrize("wrong", ["", "bob", BOB.upper(), BOB + "b", BOB + "\n", "é" * 24])
def test_a_malformed_user_id_is_refused_before_anything_is_sent(watchlist: Watchlist, wrong: str) -> None:
    with pytest.raises(BadRequest) as refused:
        watchlist.add([ADA, wrong])
    assert list(refused.value.fields) == ["userIds"]
    assert subscribed(watchlist) == []


def test_the_number_of_watched_users_is_limited(watchlist: Watchlist) -> None:
    watchlist.add([BOB])
    with pytest.raises(BadRequest):
        watchlist.add(f"{number:024x}" for number in range(MAX_WATCHED))
    watchlist.add(f"{number:024x}" for number in range(MAX_WATCHED - 1))
    assert len(subscribed(watchlist)) == MAX_WATCHED
