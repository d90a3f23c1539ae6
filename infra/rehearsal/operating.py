"""The operator's commands of docs/deploy.md, run in the environment and with the role of the operator's task."""

import json
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.rehearsal.commands import run
from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.stage import Stage

_SECONDS = 120
_INTERVAL = 1.0


@dataclass(frozen=True)
class Operator:
    """Every method raises RehearsalError where a command fails."""

    stage: Stage

    def run(self, *words: str) -> str:
        """Run `infra.ops` and return what it prints."""
        return run([sys.executable, "-m", "infra.ops", *words], self.stage.environment("ops"))

    def json(self, *words: str) -> Any:  # Any: JSON
        return json.loads(self.run(*words, "--json"))

    def balance_the_books(self, since: datetime) -> str:
        """Wait until the consumers have read everything, audit, and return how the audit ends.

        Raises RehearsalError with the differences where the books do not balance.
        """
        deadline = time.monotonic() + _SECONDS
        while (behind := self.json("lag")["total"]) > 0:
            if time.monotonic() > deadline:
                raise RehearsalError(f"The consumers are still {behind} events behind.")
            time.sleep(_INTERVAL)
        return self.run("audit", "--from", _time(since), "--to", _time(datetime.now(UTC)))


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
