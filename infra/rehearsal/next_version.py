"""The next version of the source, for a second deployment: this checkout with the changes of next_changes.py."""

import shutil
from pathlib import Path

from infra.local.state import CHECKOUT
from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.next_changes import CHANGES, Change
from infra.rehearsal.release import ALLOWED_ORIGIN, Release

FURTHER_ORIGIN = "https://next.example.org"
HEADLINE_CHARACTERS = 40
"""Fewer than the setting's default."""

_PARTS = ("app.py", "chalicelib", "infra", ".chalice", "requirements.txt")


def next_version(source: Path, directory: Path) -> Release:
    """Write the next version into the new directory `source`, and return its release, with one setting changed.

    Raises RehearsalError where a change does not fit this checkout.
    """
    source.mkdir(parents=True)
    for part in _PARTS:
        if (CHECKOUT / part).is_dir():
            shutil.copytree(CHECKOUT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(CHECKOUT / part, source / part)
    for change in CHANGES:
        _make(source / change.path, change)
    settings = {
        "AllowedOrigins": f"{ALLOWED_ORIGIN},{FURTHER_ORIGIN}",
        "HeadlineCharacters": str(HEADLINE_CHARACTERS),
    }
    return Release("next", source, directory, settings)


def _make(path: Path, change: Change) -> None:
    text = path.read_text()
    if text.count(change.old) != 1:
        raise RehearsalError(f"{change.path} must have this once, to be changed for the next version:\n{change.old}")
    path.write_text(text.replace(change.old, change.new))
