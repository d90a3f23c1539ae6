"""A channel's connections: kept, replaced where something is wrong with them, and never shared."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
import redis

from chalicelib.clients.redis.exchange import Argument, Channel, Command, Reply
from chalicelib.clients.redis.server import connect
from tests.support.waiting import eventually


@pytest.fixture
def channel(environment: dict[str, str]) -> Iterator[Channel]:
    with closing(connect(environment["REDIS_URL"], 1.0, 5.0)) as channel:
        yield channel


def client_id(channel: Channel) -> Reply:
    return channel.call("CLIENT", "ID")


def test_replies_come_in_the_order_of_their_commands_with_errors_as_values(channel: Channel) -> None:
    commands: list[Command] = [
        ("SET", "exchange", "1"),
        ("HGET", "exchange", "field"),
        ("GET", "exchange"),
        ("EXISTS", "exchange", b"exchange", 7, 0.5),
        ("GET", "nothing"),
        ("EVAL", "return {1, {redis.error_reply('no')}, 'é'}", 0),
        ("ECHO", "x" * 1_000_000),
    ]
    ok, error, value, exists, nothing, nested, long = channel.begin(commands).replies()
    assert (ok, value, exists, nothing) == (True, b"1", 2, None)
    assert isinstance(error, redis.ResponseError)
    assert str(error).startswith("WRONGTYPE")
    assert isinstance(nested, list)
    assert (nested[0], str(nested[1][0]), nested[2]) == (1, "no", "é".encode())
    assert long == b"x" * 1_000_000


def test_exchanges_one_after_the_other_share_a_connection_and_two_at_once_do_not(channel: Channel) -> None:
    first = client_id(channel)
    assert client_id(channel) == first
    one, two = (channel.begin([("CLIENT", "ID")]) for _ in range(2))
    assert len({*one.replies(), *two.replies()}) == 2


def test_a_connection_that_the_server_has_closed_is_replaced_before_it_is_used(
    channel: Channel, environment: dict[str, str]
) -> None:
    first = client_id(channel)
    with closing(connect(environment["REDIS_URL"], 1.0, 5.0)) as other:
        assert other.call("CLIENT", "KILL", "ID", _number(first)) == 1
    assert client_id(channel) != first


def test_a_reply_that_comes_too_late_is_given_to_no_later_command(channel: Channel) -> None:
    late = channel.begin([("BLPOP", "exchange:none", 0.2)])
    with pytest.raises(redis.TimeoutError):
        late.replies(deadline=time.monotonic() + 0.05)
    assert channel.call("ECHO", "mine") == b"mine"


def test_a_channel_that_has_lost_hundreds_of_connections_makes_others(channel: Channel) -> None:
    for _ in range(150):
        with pytest.raises(redis.TimeoutError):
            channel.begin([("BLPOP", "exchange:none", 5)]).replies(deadline=time.monotonic())
    assert channel.call("PING") is True


def test_threads_are_each_given_their_own_replies(channel: Channel) -> None:
    wrong: list[Reply] = []

    def echo(name: str) -> None:
        for number in range(100):
            wanted = [f"{name} {number} {part}".encode() for part in range(3)]
            replies = channel.begin([("ECHO", each) for each in wanted]).replies()
            wrong.extend(reply for reply in replies if reply not in wanted)

    threads = [threading.Thread(target=echo, args=(f"thread {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_connections_in_use_when_a_channel_is_closed_end_with_their_exchange(
    channel: Channel, environment: dict[str, str]
) -> None:
    exchange = channel.begin([("CLIENT", "ID")])
    channel.close()
    [used] = exchange.replies()
    with closing(connect(environment["REDIS_URL"], 1.0, 5.0)) as other:
        eventually(lambda: other.call("CLIENT", "LIST", "ID", _number(used)) == b"", what="the connection closed")


def _number(client: Reply) -> Argument:
    assert isinstance(client, int)
    return client
