"""Redis answers and refuses a command, as a read-only replica after a failover does, or for lack of permission."""

from collections.abc import Collection
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from bson import ObjectId

from chalicelib.consumer.tasks import kept_deletions
from chalicelib.consumer.tasks.kept_deletions import BATCH, KeptDeletions
from chalicelib.consumer.tasks.presence_maintenance import PresenceMaintenance
from chalicelib.consumer.tasks.schedule import presence_maintenance
from chalicelib.models.requests import ProfileChange
from chalicelib.services.accounts import NewSession
from chalicelib.stores.presence import OnlineSocket
from chalicelib.wiring import Wiring
from tests.support.wirings import MakeWiring

REFUSED = ("del", "zadd", "zrem")


@pytest.fixture
def wiring(environment: dict[str, str], make_wiring: MakeWiring) -> Wiring:
    """A wiring on a separate database, in which the running consumer heals nothing."""
    name = f"refused_{ObjectId()}"
    return make_wiring(MONGODB_URI=urlsplit(environment["MONGODB_URI"])._replace(path=f"/{name}").geturl())


@pytest.fixture
def refusing(wiring: Wiring, make_wiring: MakeWiring) -> Wiring:
    """A wiring that uses Redis as a user who may use every command except those in REFUSED."""
    rules = [f"-{command}" for command in REFUSED]
    wiring.redis.write(("ACL", "SETUSER", "refused", "on", ">secret", "~*", "&*", "+@all", *rules))
    url = urlsplit(wiring.settings.redis_url)
    refused = url._replace(netloc=f"refused:secret@{url.hostname}:{url.port}").geturl()
    return make_wiring(REDIS_URL=refused, MONGODB_URI=wiring.settings.mongodb_uri)


def test_a_deletion_that_redis_refuses_is_kept_for_later(refusing: Wiring, ada: NewSession) -> None:
    refusing.profiles.change(ada.credentials, ProfileChange(about="new"))
    assert kept_keys(refusing) == [f"user:{ada.user.userId}"]


def test_a_presence_write_that_redis_refuses_is_kept_for_later(refusing: Wiring, ada: NewSession) -> None:
    user_id = ada.user.userId
    refusing.presence_store.renew(OnlineSocket(user_id, "none", refusing.clock() + timedelta(minutes=1)))
    refusing.presence_store.remove(user_id, "none")
    assert kept_keys(refusing) == [f"presence:{user_id}"] * 2


def kept_keys(wiring: Wiring) -> list[str]:
    return [kept["key"] for kept in wiring.mongo.invalidations.find()]


def test_many_kept_deletions_are_applied_in_one_run(wiring: Wiring) -> None:
    keys = [f"user:{ObjectId()}" for _ in range(2 * BATCH + 1)]
    wiring.redis.write(*(("SET", key, "stale") for key in keys))
    wiring.invalidator.remember(*keys)
    maintenance = presence_maintenance(wiring)
    KeptDeletions(wiring.mongo, wiring.redis, maintenance, wiring.clock).apply()
    assert wiring.redis.send(("EXISTS", *keys)) == [0]
    assert wiring.mongo.invalidations.count_documents({}) == 0


def test_kept_deletions_of_copies_do_not_wait_for_presence(wiring: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    """An outage in which thousands were online and some logged out leaves the deletions so."""
    monkeypatch.setattr(kept_deletions, "BATCH", 2)
    copies = [f"session:{ObjectId()}" for _ in range(3)]
    wiring.redis.write(*(("SET", key, "stale") for key in copies))
    users = [str(ObjectId()) for _ in range(5)]
    for _heartbeat in range(3):
        wiring.invalidator.remember(*(f"presence:{user_id}" for user_id in users))
    wiring.invalidator.remember(*copies[:2])
    rebuilt: list[list[str]] = []

    class RecordingMaintenance(PresenceMaintenance):
        def rebuild(self, user_ids: Collection[str]) -> None:
            stale = copies[:2] if not rebuilt else copies
            assert wiring.redis.send(("EXISTS", *stale)) == [0], (
                "copies are deleted first, and again between the batches"
            )
            if not rebuilt:
                wiring.invalidator.remember(copies[2])
            rebuilt.append(list(user_ids))

    maintenance = RecordingMaintenance(
        mongo=wiring.mongo,
        redis=wiring.redis,
        presence=wiring.presence_store,
        visibility=wiring.visibility,
        publisher=wiring.publisher,
        clock=wiring.clock,
    )
    KeptDeletions(wiring.mongo, wiring.redis, maintenance, wiring.clock).apply()
    assert sorted(user_id for batch in rebuilt for user_id in batch) == sorted(users), (
        "the presence of each user is rebuilt once"
    )
    assert wiring.mongo.invalidations.count_documents({}) == 0
