"""Redis hangs while a session ends or a user is blocked, and no consumer runs: then no stale copy is believed."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from bson import ObjectId

from chalicelib import settings
from chalicelib.caching import kept_deletions
from chalicelib.clock import utc_now
from chalicelib.errors import Blocked, Unauthorized
from chalicelib.services.accounts import NewSession
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.support.proxies.cuttable import Cuttable
from tests.support.users import sign_up
from tests.support.waiting import eventually


class Process:
    """One process as far as Redis can tell: `wiring` reaches it through a proxy, and its clock is ahead by `later`."""

    def __init__(self, environment: dict[str, str], proxy: Cuttable) -> None:
        self.later = timedelta()
        self.proxy = proxy
        through = urlsplit(environment["REDIS_URL"])._replace(netloc=f"127.0.0.1:{proxy.port}").geturl()
        uri = urlsplit(environment["MONGODB_URI"])._replace(path=f"/returns_{ObjectId()}").geturl()
        loaded = settings.load(environment | {"REDIS_URL": through, "MONGODB_URI": uri})
        self.wiring = Wiring(loaded, lambda: utc_now() + self.later)

    def lose_redis(self) -> None:
        self.proxy.cut("hangs")

    def get_redis_back(self) -> None:
        """And let the time pass after which the breaker probes it."""
        self.proxy.mend()
        self.later += timedelta(seconds=3)


@pytest.fixture
def process(environment: dict[str, str]) -> Iterator[Process]:
    redis = urlsplit(environment["REDIS_URL"])
    with Cuttable(redis.hostname or "", redis.port or 6379) as proxy:
        made = Process(environment, proxy)
        yield made
        made.wiring.close()


def sign_up_and_fill(process: Process) -> NewSession:
    person = sign_up(process.wiring)
    process.wiring.profiles.own(person.credentials)
    return person


def send(process: Process, sender: NewSession, to: NewSession) -> None:
    process.wiring.messages.send(sender.credentials, to_user_id=to.user.userId, draft=Draft("hi"))


def block(process: Process, blocker: NewSession, other: NewSession) -> None:
    process.wiring.blocks.block(blocker.credentials, other.user.userId)


def test_a_session_that_was_ended_meanwhile_opens_nothing(process: Process) -> None:
    ada = sign_up_and_fill(process)
    process.lose_redis()
    process.wiring.logout.log_out_everywhere(ada.credentials)
    process.get_redis_back()
    with pytest.raises(Unauthorized):
        process.wiring.profiles.own(ada.credentials)
    assert process.wiring.mongo.invalidations.count_documents({"key": {"$regex": "^user:"}}) == 0


def test_who_was_blocked_meanwhile_cannot_write(process: Process) -> None:
    ada, bob = sign_up_and_fill(process), sign_up_and_fill(process)
    send(process, ada, bob)
    process.lose_redis()
    block(process, bob, ada)
    process.get_redis_back()
    with pytest.raises(Blocked):
        send(process, ada, bob)


def test_redis_is_used_again_once_all_is_done(process: Process) -> None:
    ada = sign_up_and_fill(process)
    process.lose_redis()
    process.wiring.profiles.own(ada.credentials)
    process.get_redis_back()
    process.wiring.profiles.own(ada.credentials)
    process.wiring.mongo.users.delete_one({"emailId": ada.user.emailId})
    assert process.wiring.profiles.own(ada.credentials).userId == ada.user.userId, "from the copy"


def test_a_request_does_only_so_much_of_it_and_believes_no_copy_meanwhile(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_deletions, "BATCH", 2)
    monkeypatch.setattr(kept_deletions, "DRAIN_SECONDS", 0)
    ada = sign_up_and_fill(process)
    process.lose_redis()
    process.wiring.invalidator.remember(*(f"session:{ObjectId()}" for _ in range(3)))
    process.wiring.logout.log_out_everywhere(ada.credentials)
    process.get_redis_back()

    def left_by_a_request() -> int:
        with pytest.raises(Unauthorized):
            process.wiring.profiles.own(ada.credentials)
        return process.wiring.mongo.invalidations.count_documents({})

    assert left_by_a_request() == 2
    eventually(lambda: left_by_a_request() == 0, what="the end of them")
