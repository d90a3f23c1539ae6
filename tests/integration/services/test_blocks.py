"""Blocks while a server is down, after a process has died, and many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from bson import ObjectId

from chalicelib.caching.invalidation import REQUEST_IS_OVER
from chalicelib.consumer.tasks.kept_deletions import KeptDeletions
from chalicelib.consumer.tasks.schedule import presence_maintenance
from chalicelib.errors import Blocked, Conflict, Unauthorized, Unavailable
from chalicelib.models.fields import MAX_BLOCKED
from chalicelib.models.requests import Leave
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import NewSession
from chalicelib.services.blocks import Blocks
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.support.users import PASSWORD, sign_up
from tests.support.waiting import eventually
from tests.support.wirings import MakeWiring


def send_message(wiring: Wiring, sender: NewSession, receiver: NewSession) -> None:
    wiring.messages.send(sender.credentials, to_user_id=receiver.user.userId, draft=Draft("hi"))


def sees_online(wiring: Wiring, watcher: NewSession, other: NewSession) -> bool:
    [state] = wiring.presence_queries.states(watcher.credentials, [other.user.userId])
    return state.online


def test_a_block_made_without_redis_reaches_processes_with_redis(
    wiring: Wiring, without_redis: Wiring, ada: NewSession, bob: NewSession
) -> None:
    socket = f"bobs-{bob.user.userId}"
    wiring.socket_store.open(socket, bob.credentials)
    assert sees_online(wiring, ada, bob)  # this caches the blockers in Redis
    without_redis.blocks.block(bob.credentials, ada.user.userId)
    assert not sees_online(without_redis, ada, bob)
    with pytest.raises(Blocked):
        send_message(without_redis, ada, bob)
    eventually(lambda: not sees_online(wiring, ada, bob), what="the deletion of the copy")
    without_redis.blocks.unblock(bob.credentials, ada.user.userId)
    assert sees_online(without_redis, ada, bob)
    send_message(without_redis, ada, bob)
    wiring.socket_store.mark_closed(socket)


def test_a_block_whose_process_died_after_the_commit_takes_effect(
    environment: dict[str, str], make_wiring: MakeWiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The wiring is on a separate database, in which the running consumer does nothing.
    wiring = make_wiring(MONGODB_URI=urlsplit(environment["MONGODB_URI"])._replace(path="/blocking").geturl())
    ada, bob = sign_up(wiring), sign_up(wiring)
    socket = f"bobs-{bob.user.userId}"
    wiring.socket_store.open(socket, bob.credentials)
    send_message(wiring, ada, bob)
    assert sees_online(wiring, ada, bob)
    with monkeypatch.context() as patch:
        patch.setattr(wiring.invalidator, "delete", lambda *_keys: None)
        wiring.blocks.block(bob.credentials, ada.user.userId)
    assert sees_online(wiring, ada, bob), "the cached copies are stale"

    def due() -> datetime:
        return wiring.clock() + REQUEST_IS_OVER

    maintenance = presence_maintenance(wiring)
    KeptDeletions(wiring.mongo, wiring.redis, maintenance, due).apply()
    assert not sees_online(wiring, ada, bob)
    with pytest.raises(Blocked):
        send_message(wiring, ada, bob)


def test_blocking_without_mongodb_is_unavailable(without_mongodb: Wiring, ada: NewSession, bob: NewSession) -> None:
    for change in (without_mongodb.blocks.block, without_mongodb.blocks.unblock):
        with pytest.raises(Unavailable):
            change(bob.credentials, ada.user.userId)


def test_concurrent_blocks_stay_within_the_limit(wiring: Wiring, ada: NewSession) -> None:
    blocker = {"_id": ObjectId(ada.user.userId)}
    wiring.mongo.users.update_one(blocker, {"$set": {"blocked": [str(ObjectId()) for _ in range(MAX_BLOCKED - 2)]}})
    others = [sign_up(wiring).user.userId for _ in range(6)]

    def blocks(user_id: str) -> bool:
        try:
            wiring.blocks.block(ada.credentials, user_id)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(len(others)) as threads:
        assert sum(threads.map(blocks, others)) == 2
    document = wiring.mongo.users.find_one(blocker)
    assert document is not None
    assert len(document["blocked"]) == MAX_BLOCKED


def test_a_block_that_is_under_way_when_its_owner_leaves_is_stored_nowhere(
    wiring: Wiring, ada: NewSession, bob: NewSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    admit = Blocks._admit

    def leave_once_admitted(blocks: Blocks, credentials: Credentials, other_id: str) -> None:
        admit(blocks, credentials, other_id)
        wiring.leaving.leave(credentials, Leave(currentPassword=PASSWORD))

    monkeypatch.setattr(Blocks, "_admit", leave_once_admitted)
    with pytest.raises(Unauthorized):
        wiring.blocks.block(ada.credentials, bob.user.userId)
    left = wiring.mongo.users.find_one({"_id": ObjectId(ada.user.userId)})
    assert left is not None
    assert left["blocked"] == []


def test_the_presence_audience_is_watchers_and_connections_or_everyone(
    make_wiring: MakeWiring, ada: NewSession, bob: NewSession
) -> None:
    connections_only, everyone = make_wiring(), make_wiring(PRESENCE_AUDIENCE="everyone")
    watching, other = (f"{name}-{ada.user.userId}" for name in ("watching", "other"))
    for socket in (watching, other):
        connections_only.socket_store.open(socket, ada.credentials)
    connections_only.socket_store.watch(watching, [bob.user.userId])
    assert connections_only.presence_audience.sockets_of(ada.user.userId, bob.user.userId) == [watching]
    assert set(everyone.presence_audience.sockets_of(ada.user.userId, bob.user.userId)) == {watching, other}
    connections_only.connections.request(ada.credentials, bob.user.userId, "interested")
    assert connections_only.presence_audience.sockets_of(ada.user.userId, bob.user.userId) == [watching]
    connections_only.connections.answer(bob.credentials, ada.user.userId, "accepted")
    assert set(connections_only.presence_audience.sockets_of(ada.user.userId, bob.user.userId)) == {watching, other}
    for socket in (watching, other):
        connections_only.socket_store.mark_closed(socket)
    assert connections_only.presence_audience.sockets_of(ada.user.userId, bob.user.userId) == []
