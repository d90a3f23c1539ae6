"""The periodic tasks of the consumer, and how often each of them runs.

They are in five groups, each with a thread and a lease of its own, so that a slow task delays only its own group.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.consumer.tasks.erasure import Erasure
from chalicelib.consumer.tasks.exporting import Exporting
from chalicelib.consumer.tasks.kept_deletions import KeptDeletions
from chalicelib.consumer.tasks.presence_maintenance import PresenceMaintenance
from chalicelib.consumer.tasks.relay import Relay
from chalicelib.consumer.tasks.retention import Retention
from chalicelib.consumer.tasks.runner import Task
from chalicelib.consumer.telemetry import metrics
from chalicelib.wiring import Wiring

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TaskGroup:
    """Tasks that one consumer at a time runs, one after another, while it holds the lease of this name."""

    lease_name: str
    tasks: Sequence[Task]


def task_groups(wiring: Wiring) -> list[TaskGroup]:
    return [
        TaskGroup("deleting", deletion_tasks(wiring)),
        TaskGroup("healing", maintenance_tasks(wiring)),
        TaskGroup("outside", external_service_tasks(wiring)),
        TaskGroup("erasing", erasing_tasks(wiring)),
        TaskGroup("exporting", exporting_tasks(wiring)),
    ]


def deletion_tasks(wiring: Wiring) -> list[Task]:
    """Deletions must be done within 2 s, and so wait for no other task: Redis and Kafka often come back together."""
    kept = KeptDeletions(wiring.mongo, wiring.redis, presence_maintenance(wiring), wiring.clock)
    return [Task("apply_deletions", 0.5, kept.apply)]


def maintenance_tasks(wiring: Wiring) -> list[Task]:
    """These tasks repair what a failure has left behind, and measure the system."""
    relay = Relay(wiring.mongo, wiring.publisher, wiring.clock)
    presence = presence_maintenance(wiring)

    def oldest_pending_seconds() -> float:
        oldest = relay.oldest()
        return (wiring.clock() - oldest).total_seconds() if oldest else 0.0

    def relay_events() -> None:
        metrics.RELAYED.inc(relay.run())

    def measure() -> None:
        metrics.OLDEST_PENDING.set(oldest_pending_seconds())
        metrics.OPEN_SOCKETS.set(presence.online())
        metrics.REDIS_MEMORY.set(wiring.redis.used_memory())

    def report() -> None:
        # CloudWatch makes the metric of its alarm from this line: infra/cloudformation/app/alarms_consumer.yml.
        seconds = oldest_pending_seconds()
        log.info(
            "The oldest pending event is %.0f s old.",
            seconds,
            extra={"action": "pending_measured", "oldestPendingSeconds": seconds},
        )

    def report_redis() -> None:
        # The same: infra/cloudformation/app/alarms_redis.yml.
        refuses = wiring.redis.refuses_writes()
        log.info(
            "Redis refuses writes." if refuses else "Redis takes writes, or is down.",
            extra={"action": "redis_measured", "redisRefusesWrites": int(refuses)},
        )

    def report_sockets() -> None:
        # For the dashboard of the stage: infra/cloudformation/app/dashboard.yml.
        online = presence.online()
        log.info("%d websockets are open.", online, extra={"action": "sockets_measured", "openSockets": online})

    return [
        Task("rebuild_presence", 1.0, presence.rebuild_after_flush),
        Task("relay", 1.0, relay_events),
        Task("sweep", 5.0, presence.sweep),
        Task("measure", 15.0, measure),
        Task("report", 60.0, report),
        Task("report_redis", 60.0, report_redis),
        Task("report_sockets", 60.0, report_sockets),
    ]


def external_service_tasks(wiring: Wiring) -> list[Task]:
    """These tasks call services that can take seconds to respond, which must not delay the maintenance or its lease."""
    tasks = [Task("close_ended_sessions", 2.0, wiring.ended_sockets.end_marked)]
    if wiring.email_sender is not None:
        tasks.append(Task("missed_messages", 5.0, wiring.missed_messages.remind))
        tasks.append(Task("send_emails", 1.0, wiring.email_sender.send_due))
    return tasks


def erasing_tasks(wiring: Wiring) -> list[Task]:
    """These tasks may take long, and nobody waits for them."""
    return [
        Task("erase_accounts", 10.0, erasure(wiring).run),
        Task("delete_evidence", 3600.0, wiring.case_store.delete_evidence),
        *retention_tasks(wiring),
    ]


def exporting_tasks(wiring: Wiring) -> list[Task]:
    """An export takes as long as it has lines, and is begun again where another consumer takes over in between."""
    if wiring.files is None:
        return []
    exporting = Exporting(wiring.export_store, wiring.export_lines, wiring.files, wiring.publisher)
    return [Task("make_exports", 1.0, exporting.run), Task("sweep_exports", 3600.0, exporting.sweep)]


def retention_tasks(wiring: Wiring) -> list[Task]:
    days = wiring.settings.message_retention_days
    if days is None:
        return []
    return [
        Task("delete_old_messages", 60.0, Retention(wiring.message_retention, timedelta(days=days), wiring.clock).run)
    ]


def erasure(wiring: Wiring) -> Erasure:
    return Erasure(wiring.mongo, wiring.redis, wiring.export_store, wiring.files, wiring.clock)


def presence_maintenance(wiring: Wiring) -> PresenceMaintenance:
    return PresenceMaintenance(
        mongo=wiring.mongo,
        redis=wiring.redis,
        presence=wiring.presence_store,
        visibility=wiring.visibility,
        publisher=wiring.publisher,
        clock=wiring.clock,
    )
