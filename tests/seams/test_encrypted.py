"""Everything encrypted, as it is on AWS: Redis and MongoDB with TLS, Kafka with SASL_SSL."""

import signal
import time
from contextlib import closing
from pathlib import Path

import pytest
import redis
from click.testing import CliRunner
from pymongo import MongoClient
from pymongo.errors import ServerSelectionTimeoutError

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.kafka.producer import ACKNOWLEDGE_SECONDS, PROBE_SECONDS, Producer
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import utc_now
from infra.ops.__main__ import main as ops
from infra.provision.topics import create_topics
from tests.seams.conftest import Encrypted
from tests.seams.end_to_end import LEAST, run_end_to_end
from tests.support.kafka_access import kafka_settings
from tests.support.proxies.slow import SlowProxy
from tests.support.waiting import eventually
from tests.unit.settings.test_settings import GOOD


def test_the_system_works_end_to_end(encrypted: Encrypted, tmp_path: Path) -> None:
    """The servers speak nothing else, as the tests below show: so whatever works is encrypted."""
    result = run_end_to_end(encrypted.environment, tmp_path)
    assert (result.failed, result.skipped) == (0, 0), result.output
    assert result.passed >= LEAST


def test_redis_speaks_tls_alone_and_is_checked(encrypted: Encrypted) -> None:
    url = encrypted.environment["REDIS_URL"]
    with closing(RedisClient(url, Breaker(utc_now))) as client:
        assert client.send(("PING",)) == [True]
    for wrong in (url.replace("rediss://", "redis://").partition("?")[0], url.partition("?")[0]):
        with redis.Redis.from_url(wrong, socket_timeout=2) as client, pytest.raises(redis.ConnectionError):
            client.ping()


def test_mongodb_speaks_tls_alone_and_is_checked(encrypted: Encrypted) -> None:
    uri = encrypted.environment["MONGODB_URI"]
    for wrong in (uri.partition("&tls")[0], uri.partition("&tlsCAFile")[0]):
        client: MongoClient[dict[str, object]] = MongoClient(wrong, serverSelectionTimeoutMS=500)
        with client, pytest.raises(ServerSelectionTimeoutError):
            client.admin.command("ping")


NO_LOGIN = dict.fromkeys(("KAFKA_SASL_MECHANISM", "KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"), "")


@pytest.mark.parametrize(
    "changed",
    [{"KAFKA_SASL_PASSWORD": "another"}, {"KAFKA_SSL_CAFILE": ""}, {"KAFKA_SECURITY_PROTOCOL": "SSL", **NO_LOGIN}],
    ids=["a wrong password", "an authority that is not known", "no login"],
)
def test_kafka_lets_nobody_in_without_both(
    encrypted: Encrypted, changed: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    settings = kafka_settings(encrypted.environment | changed)
    with closing(Producer(settings, Breaker(utc_now))) as producer:
        sent = producer.send("user-events", b"key", b"value")
        assert sent is None or not sent.acknowledged()
    assert "authentication may be at fault" in caplog.text


def is_sent(producer: Producer) -> bool:
    sent = producer.send("user-events", b"key", b'{"not": "an event"}')
    return sent is not None and sent.acknowledged()


def test_a_process_that_did_not_reach_kafka_at_its_start_does_later(encrypted: Encrypted) -> None:
    """Neither does a broker that hangs in the middle of the handshake cost more than another.

    A login takes several answers, each of which is held up as one of another zone may be: all of them take longer than
    a probe of a broker without a login.
    """
    create_topics(kafka_settings(encrypted.environment))
    port = int(encrypted.environment["KAFKA_BOOTSTRAP_SERVERS"].rpartition(":")[2])
    with SlowProxy("127.0.0.1", port, before_answer=lambda _request: time.sleep(PROBE_SECONDS / 2)) as proxy:
        settings = kafka_settings(encrypted.environment | {"KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{proxy.port}"})
        with closing(Producer(settings, Breaker(utc_now))) as producer:
            encrypted.kafka.send(signal.SIGSTOP)
            try:
                began = time.monotonic()
                assert not is_sent(producer)
                assert time.monotonic() - began < 2 * ACKNOWLEDGE_SECONDS
                assert not is_sent(producer)  # at once, as the breaker is open
            finally:
                encrypted.kafka.send(signal.SIGCONT)
            eventually(lambda: is_sent(producer), seconds=20, what="a record in Kafka")


def test_the_operators_commands_reach_all_of_them(encrypted: Encrypted) -> None:
    create_topics(kafka_settings(encrypted.environment))
    environment = {name: value for name, value in GOOD.items() if name not in encrypted.environment}
    for words in (
        ["topics", "describe"],
        ["lag"],
        ["dead-letters", "list"],
        ["cache", "clean", "user:*"],
        ["cache", "warm"],
    ):
        result = CliRunner().invoke(ops, words, env=environment | encrypted.environment, prog_name="ops")
        assert result.exit_code == 0, result.output
