"""A record waits for Kafka no longer because another thread is connecting already."""

import socket
import time

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.kafka.producer import ACKNOWLEDGE_SECONDS, Producer
from chalicelib.clients.kafka.records import OutgoingRecord
from chalicelib.clock import utc_now
from chalicelib.settings.kafka import KafkaSettings


def test_a_record_waits_no_longer_for_a_connection_that_is_being_made() -> None:
    """The broker accepts connections and says nothing. Each attempt alone would take ACKNOWLEDGE_SECONDS."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        servers = (f"127.0.0.1:{silent.getsockname()[1]}",)
        producer = Producer(KafkaSettings(bootstrap_servers=servers), Breaker(utc_now))
        producer.connect_soon()
        began = time.monotonic()
        assert producer.send_all([OutgoingRecord("message-events", b"key", b"value")]) == [None]
        assert time.monotonic() - began < 1.8 * ACKNOWLEDGE_SECONDS
        producer.close()
