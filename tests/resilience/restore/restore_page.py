"""docs/restore.md: the operator's commands of each of its steps, as a reader would copy them."""

import re
import shlex
from datetime import datetime

from chalicelib.clock import iso
from infra.local.state import CHECKOUT

PAGE = (CHECKOUT / "docs/restore.md").read_text()

BEFORE_THE_BACKUP, STOOD_STILL = "2026-01-31T11:50", "2026-01-31T12:40"
"""The times of the page's example."""


def commands_of(step: int, *, before_the_backup: datetime, stood_still: datetime) -> list[list[str]]:
    """Return the words of each command of infra.ops in a step, after `ops infra.ops`, with these times in place."""
    text = re.search(rf"^{step}\. \*\*.*?(?=^\d\. \*\*|^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert text is not None, step
    given = text[0].replace(BEFORE_THE_BACKUP, iso(before_the_backup)).replace(STOOD_STILL, iso(stood_still))
    lines = re.findall(r"^ +ops infra\.ops ([^|#\n]+)", given, re.MULTILINE)
    assert lines, f"step {step} has no command"
    return [shlex.split(line) for line in lines]
