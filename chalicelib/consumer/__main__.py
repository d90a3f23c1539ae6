"""The consumer: `python -m chalicelib.consumer`, a long-running member of the group `devconnect-group`."""

import logging
import os
import signal
import sys
import threading

from chalicelib import logs
from chalicelib.consumer.effects.registry import all_effects
from chalicelib.consumer.pipeline.effect_runner import SystemicFailureError
from chalicelib.consumer.run import run
from chalicelib.consumer.telemetry.metrics import MongoCommandTimes
from chalicelib.errors import SettingsError
from chalicelib.wiring import Wiring, load_settings

log = logging.getLogger("chalicelib.consumer")


def main() -> int:
    """Run the consumer. Returns the exit code: 0 after a stop, 1 where nothing works, 2 where a setting is wrong."""
    logs.configure()
    try:
        wiring = Wiring(load_settings(), mongo_listeners=[MongoCommandTimes()])
        effects = all_effects(wiring)
    except SettingsError as error:
        return _cannot_start(error)
    stop = threading.Event()
    _stop_on_signals(stop)
    try:
        run(wiring, effects, stop)
    except SettingsError as error:
        return _cannot_start(error)
    except SystemicFailureError as error:
        log.critical("The consumer stops, and commits nothing: %s", error, extra={"action": "systemic_failure"})
        return 1
    finally:
        wiring.close()
    log.info("The consumer has left the group.", extra={"action": "consumer_stopped"})
    return 0


def _cannot_start(error: SettingsError) -> int:
    """Say why, and return the exit code."""
    sys.stderr.write(f"The consumer cannot start: {error}\n")
    return 2


def _stop_on_signals(stop: threading.Event) -> None:
    """Stop gracefully at the first SIGTERM or SIGINT, after the batch in hand.

    The second one ends the process at once, and the records of the batch are delivered again.
    """

    def on_signal(_number: int, _frame: object) -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)


if __name__ == "__main__":
    sys.exit(main())
