"""A wiring that sends emails, on a separate database, from which the running consumer sends nothing."""

from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from chalicelib import settings
from chalicelib.wiring import Wiring
from tests.support.addresses import CLOSED_PORT
from tests.support.clocks import OffsetClock
from tests.support.ses import StubSes, stub_ses


@pytest.fixture
def ses() -> Iterator[StubSes]:
    with stub_ses() as stub:
        yield stub


@pytest.fixture
def clock() -> OffsetClock:
    return OffsetClock()


@pytest.fixture
def mailing(
    environment: dict[str, str], ses: StubSes, clock: OffsetClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Wiring]:
    """Its events stay where they are: a test hands them to the effects."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", ses.url)
    database = f"emails_{uuid4().hex[:8]}"
    own = {
        "MONGODB_URI": urlsplit(environment["MONGODB_URI"])._replace(path=f"/{database}").geturl(),
        "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{CLOSED_PORT}",
        "EMAIL_FROM": "us@example.org",
        "PUBLIC_URL": "https://d.example/api",
    }
    wiring = Wiring(settings.load({**environment, **own}), clock)
    yield wiring
    wiring.mongo.client.drop_database(database)
    wiring.close()
