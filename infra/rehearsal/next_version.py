"""The next version of the source, for a second deployment: this checkout with next_version.patch applied.

The patch is a change as any release may bring it. A profile gets a `headline`: a field of a document that is cached,
and that PROFILE_UPDATED tells of. And there is a setting, HEADLINE_CHARACTERS, which the templates pass on.
"""

import os
import shutil
from pathlib import Path

from infra.local.state import CHECKOUT
from infra.rehearsal.commands import run
from infra.rehearsal.release import ALLOWED_ORIGIN, Release

FURTHER_ORIGIN = "https://next.example.org"
HEADLINE_CHARACTERS = 40
"""Fewer than the setting's default."""

_PATCH = Path(__file__).with_name("next_version.patch")
_PARTS = ("app.py", "chalicelib", "infra", ".chalice", "requirements.txt")


def next_version(source: Path, directory: Path) -> Release:
    """Write the next version into the new directory `source`, and return its release, with one setting changed.

    Raises RehearsalError where the patch does not apply to this checkout.
    """
    source.mkdir(parents=True)
    for part in _PARTS:
        if (CHECKOUT / part).is_dir():
            shutil.copytree(CHECKOUT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(CHECKOUT / part, source / part)
    # The copy may be inside of a repository, whose paths the patch would be applied to.
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(source.parent)}
    run(["git", "apply", str(_PATCH)], environment, source)
    settings = {
        "AllowedOrigins": f"{ALLOWED_ORIGIN},{FURTHER_ORIGIN}",
        "HeadlineCharacters": str(HEADLINE_CHARACTERS),
    }
    return Release("next", source, directory, settings)
