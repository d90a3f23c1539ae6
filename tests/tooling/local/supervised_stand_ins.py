"""A supervisor of two stand-ins for the real processes, `first` and `second`.

`python -m tests.tooling.local.supervised_stand_ins <directory> <first's behaviour> <second's behaviour>`
Each stand-in has a child of its own and writes both pids to `<name>.pids`. It is "good", "deaf" to SIGTERM
(which it notes in `<name>.signalled`), or "broken" from the start.
"""

import sys
from contextlib import suppress
from pathlib import Path

import click

from infra.local.process import Child
from infra.local.supervisor import Supervisor

STAND_IN = """
import os, signal, subprocess, sys
from pathlib import Path
directory, name, behaviour = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
def stop(*_):
    with (directory / "stopped").open("a") as file:
        file.write(name + "\\n")
    raise SystemExit(0)
def note(*_):
    (directory / f"{name}.signalled").touch()
signal.signal(signal.SIGTERM, note if behaviour == "deaf" else stop)
grandchild = subprocess.Popen(["sleep", "600"])
(directory / f"{name}.pids").write_text(f"{os.getpid()} {grandchild.pid}")
print("I cannot go on" if behaviour == "broken" else f"{name} is here", flush=True)
if behaviour == "broken":
    raise SystemExit(3)
while True:
    signal.pause()
"""


def stand_in(directory: Path, name: str, behaviour: str) -> Child:
    return Child(
        name=name,
        argv=[sys.executable, "-c", STAND_IN, str(directory), name, behaviour],
        address="",
        ready=lambda output: f"{name} is here" in output,
        stop_timeout=2,
    )


def main(directory: Path, *behaviours: str) -> None:
    with (
        suppress(KeyboardInterrupt),
        Supervisor(directory, say=click.echo, launched=lambda _processes: None) as supervisor,
    ):
        for name, behaviour in zip(("first", "second"), behaviours, strict=True):
            supervisor.start(stand_in(directory, name, behaviour))
        click.echo("all ready")
        supervisor.watch()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
