"""The consumer's metrics, named and measured as Prometheus recommends."""

from typing import Literal, get_args

from prometheus_client import Counter, Gauge, Histogram
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

WebPushResult = Literal["sent", "failed", "pruned"]
"""What becomes of a web push: its push service took it, or did not; or the subscription is dead, and deleted."""

LAG = Gauge("devconnect_consumer_lag_records", "Records not polled yet", ["topic", "partition"])
PROCESSED = Counter("devconnect_events_processed_total", "Events that had their effects", ["event_type"])
PASSED_OVER = Counter("devconnect_events_passed_over_total", "Events of a type that this release does not know")
DUPLICATES = Counter("devconnect_events_duplicate_total", "Events that came again and had no effect")
RETRIES = Counter("devconnect_effect_retries_total", "Attempts at an effect that had failed", ["effect"])
DEAD_LETTERS = Counter("devconnect_dead_letters_total", "Records sent to the dead letters", ["reason"])
BATCH_SECONDS = Histogram("devconnect_batch_seconds", "From a batch's records to its offsets")
RELAYED = Counter("devconnect_events_relayed_total", "Pending events that the relay published")
OLDEST_PENDING = Gauge("devconnect_oldest_pending_event_seconds", "Age of the oldest event that Kafka does not have")
OPEN_SOCKETS = Gauge("devconnect_open_sockets", "Websockets that are online")
REDIS_MEMORY = Gauge("devconnect_redis_memory_bytes", "Memory that Redis uses")
TASK_FAILURES = Counter("devconnect_task_failures_total", "Periodic tasks that failed", ["task"])
WEB_PUSHES = Counter("devconnect_web_pushes_total", "Web pushes by what became of them", ["result"])
MONGODB_SECONDS = Histogram("devconnect_mongodb_command_seconds", "Time of MongoDB commands", ["command"])

for _result in get_args(WebPushResult):
    WEB_PUSHES.labels(_result)  # so that each is there as 0 before its first push


class MongoCommandTimes(CommandListener):
    """Measures each command that pymongo sends."""

    def started(self, event: CommandStartedEvent) -> None:
        """The duration of a command is known only at its end."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        MONGODB_SECONDS.labels(event.command_name).observe(event.duration_micros / 1_000_000)

    def failed(self, event: CommandFailedEvent) -> None:
        MONGODB_SECONDS.labels(event.command_name).observe(event.duration_micros / 1_000_000)
