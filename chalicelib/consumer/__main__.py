"""The consumer: `python -m chalicelib.consumer`, a long-running member of the group `devconnect-group`."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence

from kafka.errors import KafkaError

from chalicelib import logs, settings
from chalicelib.clients.kafka_consumer import GroupConsumer, join_group
from chalicelib.consumer.dispatch import Dispatcher
from chalicelib.consumer.effects.last_times import LastTimes
from chalicelib.consumer.ledger import Ledger
from chalicelib.consumer.loop import Loop
from chalicelib.errors import SettingsError
from chalicelib.events.topics import EVENT_TOPICS, GROUP
from chalicelib.wiring import Wiring

log = logging.getLogger("chalicelib.consumer")

RETRY_SECONDS = 1.0


def main() -> int:
    logs.configure()
    try:
        wiring = Wiring(settings.load())
    except SettingsError as error:
        sys.stderr.write(f"The consumer cannot start: {error}\n")
        return 2
    stop = threading.Event()
    _stop_on_signals(stop)
    consumer = _join(wiring, stop)
    if consumer is not None:
        effects = [LastTimes(wiring.redis)]
        Loop(consumer, Dispatcher(effects, Ledger(wiring.store, wiring.clock)), stop).run()
    wiring.close()
    log.info("The consumer has left the group.", extra={"action": "consumer_stopped"})
    return 0


def _join(wiring: Wiring, stop: threading.Event) -> GroupConsumer | None:
    """Join the group, as soon as there is a broker; None where the stop came first."""
    while not stop.is_set():
        try:
            return join_group(
                GROUP,
                EVENT_TOPICS,
                wiring.settings.kafka_bootstrap_servers,
                wiring.settings.kafka_api_version,
                _assigned,
            )
        except KafkaError as error:
            log.warning("Kafka cannot be reached: %r", error, extra={"action": "kafka_down"})
            stop.wait(RETRY_SECONDS)
    return None


def _assigned(partitions: Sequence[object]) -> None:
    log.info("The consumer is ready: it reads %d partitions.", len(partitions), extra={"action": "consumer_ready"})


def _stop_on_signals(stop: threading.Event) -> None:
    """The first SIGTERM or SIGINT finishes the batch in hand; the second leaves at once, and its records come again."""

    def on_signal(_number: int, _frame: object) -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)


if __name__ == "__main__":
    sys.exit(main())
