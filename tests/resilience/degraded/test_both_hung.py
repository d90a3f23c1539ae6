"""Redis and MongoDB hang at once: the first answer of a process, which knows of neither, comes within the bound too."""

import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from chalicelib import settings
from chalicelib.clients.budget import budget
from chalicelib.clock import utc_now
from chalicelib.errors import Unavailable
from chalicelib.models.requests import Login, Signup
from chalicelib.services.accounts import ClientIdentity, NewSession
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.resilience.degraded.outages import MARGIN, SECONDS
from tests.support.addresses import address, email
from tests.support.proxies.cuttable import Cuttable
from tests.support.users import sign_up
from tests.support.waiting import eventually

PASSWORD = "correct horse"

Operation = Callable[[Wiring, NewSession], object]

CLIENT = ClientIdentity(ip=address(), user_agent="tests")


def send(wiring: Wiring, ada: NewSession) -> object:
    return wiring.messages.send(ada.credentials, to_user_id=ada.user.userId[::-1], draft=Draft("hi"))


OPERATIONS: dict[str, Operation] = {
    "profile": lambda wiring, ada: wiring.profiles.own(ada.credentials),
    "message": send,
    "login": lambda wiring, ada: wiring.accounts.log_in(Login(emailId=ada.user.emailId, password=PASSWORD), CLIENT),
    "signup": lambda wiring, _ada: wiring.accounts.sign_up(
        Signup(firstName="Eve", lastName="Example", emailId=email(), password=PASSWORD), CLIENT
    ),
    "connect": lambda wiring, ada: wiring.socket_lifecycle.connect("both-hung", ada.credentials, None),
    "disconnect": lambda wiring, _ada: wiring.socket_lifecycle.disconnect("both-hung"),
}


@pytest.mark.parametrize("connected", [True, False], ids=["connected before", "not connected before"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_first_answer_comes_within_the_bound(environment: dict[str, str], name: str, connected: bool) -> None:
    later = timedelta()
    with ExitStack() as stack:
        redis, mongodb = (
            stack.enter_context(Cuttable(server.hostname or "", server.port or 0))
            for server in (urlsplit(environment["REDIS_URL"]), urlsplit(environment["MONGODB_URI"]))
        )
        through = {
            "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0",
            "MONGODB_URI": f"mongodb://127.0.0.1:{mongodb.port}/devconnect?directConnection=true",
        }
        ada = sign_up(stack.enter_context(closing(Wiring(settings.load(environment)))))
        wiring = stack.enter_context(closing(Wiring(settings.load(environment | through), lambda: utc_now() + later)))
        if connected:
            wiring.profiles.own(ada.credentials)
            eventually(wiring.mongo.ping, what="MongoDB")
        redis.cut("hangs")
        mongodb.cut("hangs")
        for _attempt in ("at first", "when probes are due"):
            began = time.monotonic()
            with pytest.raises(Unavailable), budget():
                OPERATIONS[name](wiring, ada)
            assert time.monotonic() - began < SECONDS + MARGIN
            later += timedelta(seconds=3)
