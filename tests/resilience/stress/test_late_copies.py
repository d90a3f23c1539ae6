"""A cached copy that is held up on its way to Redis, until its client has given up and the session has ended."""

import threading
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from chalicelib import settings
from chalicelib.errors import Unauthorized
from chalicelib.wiring import Wiring
from tests.resilience.stress.fixture_types import MakePeople
from tests.support.proxies.slow import SlowProxy
from tests.support.waiting import eventually

PATIENCE = 30.0


class HeldCopy:
    """Holds up the requests that name a cached session until they are let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def __call__(self, request: bytes) -> None:
        if b"session:" in request:
            assert self.let_go.wait(PATIENCE)


def test_a_late_copy_does_not_bring_back_an_ended_session(
    wiring: Wiring, loaded_environment: dict[str, str], make_people: MakePeople
) -> None:
    [person] = make_people(1)
    redis = urlsplit(loaded_environment["REDIS_URL"])
    copy = HeldCopy()
    with SlowProxy(redis.hostname or "", redis.port or 6379, before_request=copy) as proxy:
        held_up = settings.load({**loaded_environment, "REDIS_URL": f"redis://127.0.0.1:{proxy.port}{redis.path}"})
        with closing(Wiring(held_up)) as login:
            session, _ = login.session_store.start(person.user_id, 0, ip="127.0.0.1", user_agent="tests", login=False)
        wiring.gate.admit(session, "profile")
        wiring.session_store.end(session.session_id, session.user_id, "logout")
        copy.let_go.set()
        exists = ("EXISTS", f"session:{session.session_id}")
        eventually(lambda: wiring.redis.send(exists) == [1], what="the arrival of the copy that was held up")
        with pytest.raises(Unauthorized):
            wiring.gate.admit(session, "profile")
