"""A Dockerfile as data: its stages with their instructions. Syntax that this project does not use is not parsed."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from infra.local.state import CHECKOUT

DOCKERFILE = CHECKOUT / "infra" / "consumer" / "Dockerfile"


@dataclass(frozen=True)
class Stage:
    """A stage of the build; `instructions` are (name, argument) in their order, without the FROM."""

    base: str
    instructions: tuple[tuple[str, str], ...]

    def last(self, name: str) -> str:
        """Returns the argument of the last instruction of that name. Raises StopIteration where there is none."""
        return next(argument for instruction, argument in reversed(self.instructions) if instruction == name)

    def argv(self, name: str) -> list[str]:
        """Returns the words of the last such instruction in exec form.

        Raises ValueError for the shell form, in which signals would reach the shell alone.
        """
        words: list[str] = json.loads(self.last(name))
        return words

    def health_argv(self) -> list[str]:
        """Returns the words of the HEALTHCHECK's command, which must be in exec form."""
        words: list[str] = json.loads(self.last("HEALTHCHECK").partition("CMD ")[2])
        return words

    def environment(self) -> dict[str, str]:
        pairs = " ".join(argument for name, argument in self.instructions if name == "ENV").split()
        return dict(pair.split("=", 1) for pair in pairs)


def stages(path: Path = DOCKERFILE) -> dict[str, Stage]:
    """Returns the stages by name, in their order."""
    lines = (line for line in path.read_text().splitlines() if line and not line.startswith("#"))
    found: dict[str, Stage] = {}
    current = ""
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        name, argument = line.split(maxsplit=1)
        if name == "FROM":
            base, _, current = argument.split()
            found[current] = Stage(base, ())
        else:
            found[current] = Stage(found[current].base, (*found[current].instructions, (name, argument)))
    return found
