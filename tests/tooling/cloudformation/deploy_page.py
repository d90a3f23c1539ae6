"""docs/deploy.md and docs/restore.md, which uses its functions: their commands, as a reader would copy them."""

import re
import subprocess
import textwrap

from infra.local.state import CHECKOUT

PAGE = "\n".join((CHECKOUT / "docs" / name).read_text() for name in ("deploy.md", "restore.md"))


def shell_blocks() -> list[str]:
    """The page's blocks of commands, in the order of the page."""
    return [textwrap.dedent(block) for block in re.findall(r"^ *```sh\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)]


def deployment_text(release: str, second: int) -> str:
    """What the page passes as the parameter Deployment for a commit at a second since 1970: its own text, evaluated."""
    (literal,) = set(re.findall(r'Deployment=("[^\n]*?") ', PAGE))
    clock = f'date() {{ command date --date="@{second}" "$@"; }}'
    command = f"{clock}; release={release}; printf %s {literal}"
    return subprocess.run(["bash", "-euc", command], capture_output=True, text=True, check=True).stdout
