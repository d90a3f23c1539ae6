"""The types of the fixtures of this folder."""

from collections.abc import Callable
from typing import Any

from click.testing import Result

Ops = Callable[..., Result]


OpsJson = Callable[..., Any]  # Any: JSON as a script sees it


Publish = Callable[..., tuple[int, int]]
