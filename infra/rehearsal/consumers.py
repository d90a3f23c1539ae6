"""The consumers of a stage beside its deployments: a task of the next release starts before one of the former ends."""

from dataclasses import dataclass, field

import httpx
from prometheus_client.parser import text_string_to_metric_families

from infra.local.applications import consumer
from infra.local.ports import free_port
from infra.local.supervisor import Supervisor
from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.release import Release
from infra.rehearsal.stage import Stage

_SECONDS = 10


@dataclass
class Consumers:
    """`supervisor` stops those that still run at the end. `running` are {name of the process: its health address}."""

    stage: Stage
    supervisor: Supervisor
    running: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, release: Release) -> None:
        """Start a consumer of a release, with the environment and the role of its task, and wait until it is ready."""
        child = consumer(self.stage.environment("consumer"), free_port(), name=name, source=release.source)
        self.supervisor.start(child)
        self.running[name] = child.address

    def end(self, name: str) -> None:
        """Have a consumer finish its batch, commit and leave, as ECS does."""
        self.supervisor.end(name)
        del self.running[name]

    def processed(self) -> dict[str, int]:
        """Return {name of a running consumer: how many events it has processed}."""
        return {name: _processed(address) for name, address in self.running.items()}


def require_growth(before: dict[str, int], after: dict[str, int]) -> None:
    """Raises RehearsalError where one of the consumers has processed nothing in between."""
    idle = [name for name, count in after.items() if count <= before.get(name, 0)]
    if idle:
        raise RehearsalError(f"These consumers have processed nothing beside the others: {', '.join(idle)}.")


def _processed(address: str) -> int:
    text = httpx.get(f"{address}/metrics", timeout=_SECONDS).raise_for_status().text
    return sum(
        int(sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "devconnect_events_processed_total"
    )
