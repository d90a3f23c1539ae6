"""The system with encrypted connections alone, as on AWS: Redis and MongoDB with TLS, Kafka with SASL_SSL."""

import signal
import time
from contextlib import closing
from pathlib import Path

import certifi
import pytest
import redis
from click.testing import CliRunner
from pymongo import MongoClient
from pymongo.errors import ServerSelectionTimeoutError

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.kafka.producer import ACKNOWLEDGE_SECONDS, PROBE_SECONDS, Producer
from chalicelib.clients.kafka.records import OutgoingRecord
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import utc_now
from infra.ops.__main__ import main as ops
from infra.provision.topics import create_topics
from tests.seams.encrypted_servers import EncryptedServers
from tests.seams.end_to_end import MIN_TESTS, run_end_to_end
from tests.support.kafka_access import kafka_settings
from tests.support.proxies.slow import SlowProxy
from tests.support.redis_clusters import running_redis_cluster
from tests.support.required_settings import REQUIRED_SETTINGS
from tests.support.waiting import eventually

MISDIRECTED = {"errorstat_MOVED", "errorstat_CROSSSLOT", "errorstat_CLUSTERDOWN"}
"""The errors with which a master answers commands that should not have been sent to it."""


@pytest.mark.timeout(600)  # it runs nearly a hundred tests in a process of its own
def test_the_system_works_end_to_end_on_a_redis_cluster(encrypted: EncryptedServers, tmp_path: Path) -> None:
    """The servers accept encrypted connections alone, as the tests below show: so whatever works is encrypted.

    Each master of the cluster has its share of the keys, and no command is sent to the wrong master.
    """
    with running_redis_cluster(tmp_path, encrypted.certificates) as cluster:
        result = run_end_to_end(encrypted.environment | {"REDIS_URL": cluster.url}, tmp_path)
        assert (result.failed, result.skipped) == (0, 0), result.output
        assert result.passed >= MIN_TESTS
        for master in cluster.clients:
            assert master.dbsize() > 100
            assert not MISDIRECTED & master.info("errorstats").keys()


def test_redis_accepts_only_tls_with_a_verified_certificate(encrypted: EncryptedServers) -> None:
    url = encrypted.environment["REDIS_URL"]
    with closing(RedisClient(url, Breaker(utc_now))) as client:
        assert client.send(("PING",)) == [True]
    for insecure in (url.replace("rediss://", "redis://").partition("?")[0], url.partition("?")[0]):
        with redis.Redis.from_url(insecure, socket_timeout=2) as client, pytest.raises(redis.ConnectionError):
            client.ping()


def test_mongodb_accepts_only_tls_with_a_verified_certificate(encrypted: EncryptedServers) -> None:
    uri = encrypted.environment["MONGODB_URI"]
    for insecure in (uri.partition("&tls")[0], uri.partition("&tlsCAFile")[0]):
        client: MongoClient[dict[str, object]] = MongoClient(insecure, serverSelectionTimeoutMS=500)
        with client, pytest.raises(ServerSelectionTimeoutError):
            client.admin.command("ping")


NO_LOGIN = dict.fromkeys(("KAFKA_SASL_MECHANISM", "KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"), "")


@pytest.mark.parametrize(
    "changed",
    [{"KAFKA_SASL_PASSWORD": "another"}, {"KAFKA_SSL_CAFILE": ""}, {"KAFKA_SECURITY_PROTOCOL": "SSL", **NO_LOGIN}],
    ids=["a wrong password", "an unknown authority", "no login"],
)
def test_kafka_accepts_only_tls_with_a_valid_login(
    encrypted: EncryptedServers, changed: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    settings = kafka_settings(encrypted.environment | changed)
    with closing(Producer(settings, Breaker(utc_now))) as producer:
        [sent] = producer.send_all([OutgoingRecord("user-events", b"key", b"value")])
        assert sent is None or not sent.acknowledged()
    assert "authentication may be at fault" in caplog.text


def is_sent(producer: Producer) -> bool:
    [sent] = producer.send_all([OutgoingRecord("user-events", b"key", b'{"not": "an event"}')])
    return sent is not None and sent.acknowledged()


def test_a_producer_that_could_not_reach_kafka_at_its_start_recovers(encrypted: EncryptedServers) -> None:
    """A broker that hangs in the middle of the handshake also costs no more than one that hangs before it.

    A login takes several responses. Each of them is delayed here, as from a broker in another zone: together they take
    longer than the probe of a broker without a login.
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
                assert not is_sent(producer)  # it fails at once, since the breaker is open
            finally:
                encrypted.kafka.send(signal.SIGCONT)
            eventually(lambda: is_sent(producer), what="a record in Kafka")


def test_the_operators_commands_reach_the_encrypted_servers(encrypted: EncryptedServers) -> None:
    create_topics(kafka_settings(encrypted.environment))
    environment = {name: value for name, value in REQUIRED_SETTINGS.items() if name not in encrypted.environment}
    for words in (
        ["topics", "describe"],
        ["lag"],
        ["dead-letters", "list"],
        ["cache", "clean", "user:*"],
        ["cache", "warm"],
    ):
        result = CliRunner().invoke(ops, words, env=environment | encrypted.environment, prog_name="ops")
        assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    "wrong", [{"KAFKA_SASL_PASSWORD": "wrong"}, {"KAFKA_SSL_CAFILE": certifi.where()}], ids=["password", "authority"]
)
@pytest.mark.parametrize("words", [["topics", "describe"], ["lag"], ["events", "tail"], ["dead-letters", "list"]])
def test_what_kafka_refuses_is_one_sentence_of_the_operators_commands(
    encrypted: EncryptedServers, words: list[str], wrong: dict[str, str]
) -> None:
    result = CliRunner().invoke(ops, words, env=REQUIRED_SETTINGS | encrypted.environment | wrong, prog_name="ops")
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("Error: Kafka failed: ")
    assert result.stderr.count("\n") == 1
