"""A server that refuses the login, as after its credentials were rotated, is as one that is down; the log says why."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from bson import ObjectId

from chalicelib.errors import Unavailable
from chalicelib.models.requests import ProfileChange
from chalicelib.services.accounts import NewSession
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.support.users import sign_up


@pytest.fixture
def limited(wiring: Wiring) -> Iterator[str]:
    """A user of Redis who may log in and nothing else."""
    name = f"limited-{ObjectId()}"
    wiring.redis.write(("ACL", "SETUSER", name, "on", ">secret", "~*", "&*", "+@connection"))
    yield name
    wiring.redis.write(("ACL", "DELUSER", name))


def test_mongodb_that_refuses_the_login_is_unavailable(
    environment: dict[str, str],
    make_wiring: Callable[..., Wiring],
    ada: NewSession,
    caplog: pytest.LogCaptureFixture,
) -> None:
    uri = urlsplit(environment["MONGODB_URI"])
    wrong = uri._replace(netloc=f"somebody:wrong@{uri.netloc}").geturl()
    refused = make_wiring(MONGODB_URI=wrong)
    for _attempt in range(2):
        with pytest.raises(Unavailable):
            refused.profiles.change(ada.credentials, ProfileChange(about="new"))
    assert "Authentication failed" in caplog.text
    assert refused.health.dependencies()["mongodb"] == "unavailable"
    assert "wrong@" not in caplog.text


def use(wiring: Wiring) -> None:
    ada, bob = sign_up(wiring), sign_up(wiring)
    wiring.socket_lifecycle.connect(f"socket-{ObjectId()}", bob.credentials, None)
    wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, draft=Draft("hi"))
    assert [one.online for one in wiring.presence_queries.states(ada.credentials, [bob.user.userId])] == [True]
    wiring.profiles.change(ada.credentials, ProfileChange(about="new"))
    assert wiring.profiles.own(ada.credentials).about == "new"
    wiring.logout.log_out_everywhere(ada.credentials)


@pytest.mark.parametrize(
    ("login", "said"),
    [("somebody:wrong", "invalid username-password pair"), ("{limited}:secret", "has no permissions")],
    ids=["WRONGPASS", "NOPERM"],
)
def test_redis_that_refuses_the_login_or_every_command_is_done_without(
    environment: dict[str, str],
    make_wiring: Callable[..., Wiring],
    limited: str,
    caplog: pytest.LogCaptureFixture,
    login: str,
    said: str,
) -> None:
    url = urlsplit(environment["REDIS_URL"])
    netloc = f"{login.format(limited=limited)}@{url.hostname}:{url.port}"
    refused = make_wiring(REDIS_URL=url._replace(netloc=netloc).geturl())
    use(refused)
    assert said in caplog.text
    assert refused.health.dependencies()["redis"] != "ok"
