"""What hides a user holds while servers fail, and whatever order things come in."""

from datetime import timedelta

from chalicelib.consumer.effects.effect import RoutedEffect
from chalicelib.consumer.effects.registry import all_effects
from chalicelib.consumer.tasks.schedule import deletion_tasks
from chalicelib.errors import RedisUnavailable
from chalicelib.events.envelope import new_event
from chalicelib.models.requests import ProfileChange
from chalicelib.services.accounts import NewSession
from chalicelib.stores.presence import OnlineSocket, last_seen_key
from chalicelib.wiring import Wiring
from tests.support.replacing import replaced
from tests.support.waiting import eventually

INVISIBLE = ProfileChange(presenceFor="nobody")


def is_online(wiring: Wiring, watcher: NewSession, person: NewSession) -> bool:
    [state] = wiring.presence_queries.states(watcher.credentials, [person.user.userId])
    return state.online


def open_socket(wiring: Wiring, person: NewSession) -> str:
    connection_id = f"socket-{person.user.userId}="
    wiring.socket_lifecycle.connect(connection_id, person.credentials, None)
    return connection_id


def effect(wiring: Wiring, name: str) -> RoutedEffect:
    [found] = [each for each in all_effects(wiring) if each.name == name]
    return found


def test_without_redis_an_invisible_user_is_offline(
    wiring: Wiring, without_redis: Wiring, ada: NewSession, bob: NewSession
) -> None:
    open_socket(wiring, bob)
    assert is_online(without_redis, ada, bob)
    wiring.profiles.change(bob.credentials, INVISIBLE)
    assert not is_online(without_redis, ada, bob)


def test_a_change_that_redis_refuses_is_made_later(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    open_socket(wiring, bob)

    def refuse(*_: object) -> None:
        raise RedisUnavailable

    with replaced(wiring.redis, "write", refuse):
        wiring.profiles.change(bob.credentials, INVISIBLE)

    def is_hidden() -> bool:
        for task in deletion_tasks(wiring):
            task.run()
        return not is_online(wiring, ada, bob)

    eventually(is_hidden, what="Bob hidden")


def test_a_heartbeat_from_before_the_change_is_corrected_by_the_event(
    wiring: Wiring, ada: NewSession, bob: NewSession
) -> None:
    connection_id = open_socket(wiring, bob)
    wiring.profiles.change(bob.credentials, INVISIBLE)
    late = OnlineSocket(bob.user.userId, connection_id, bob.credentials.expires_at, hidden=False)
    wiring.presence_store.renew(late)
    assert is_online(wiring, ada, bob), "the heartbeat is late, or this test shows nothing"
    event = new_event("VISIBILITY_CHANGED", bob.user.userId, wiring.clock, fields=["presenceFor"])
    effect(wiring, "PresenceFanout").apply([event])
    assert not is_online(wiring, ada, bob)


def test_a_last_time_that_is_set_late_is_deleted_by_the_event(wiring: Wiring, bob: NewSession) -> None:
    wiring.profiles.change(bob.credentials, ProfileChange(lastSeenFor="nobody"))
    key = last_seen_key(bob.user.userId)
    wiring.redis.write(("SET", key, "2026-01-31T12:00:00.000Z"))
    effect(wiring, "LastTimes").apply(
        [new_event("VISIBILITY_CHANGED", bob.user.userId, wiring.clock, fields=["lastSeenFor"])]
    )
    assert wiring.redis.send(("EXISTS", key)) == [0]


def test_the_sockets_of_an_invisible_user_are_pushed_to_in_the_order_of_their_silence(
    wiring: Wiring, bob: NewSession
) -> None:
    now = wiring.clock()
    times = {"a=": 30, "b=": 10, "c=": 20, "gone=": -10}
    wiring.presence_store.renew(
        *(
            OnlineSocket(
                bob.user.userId, name, now.replace(microsecond=0) + timedelta(seconds=seconds), hidden=name != "c="
            )
            for name, seconds in times.items()
        )
    )
    lookup = wiring.presence_store.lookup_sockets(bob.user.userId)
    wiring.redis.fetch(lookup)
    assert lookup.resolve() == ["b=", "c=", "a="]
    wiring.presence_store.show(bob.user.userId, hidden=False)
    states = wiring.presence_store.lookup_states([bob.user.userId])
    wiring.redis.fetch(states)
    assert states.resolve()[0].online
