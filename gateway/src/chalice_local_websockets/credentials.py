"""Credentials for functions on a machine that has none: boto3 signs nothing without some."""

from collections.abc import Mapping
from pathlib import Path

_DUMMIES = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
_NAMES = {"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"}
_SOURCES = {
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
}


def where_there_are_none(environ: Mapping[str, str]) -> dict[str, str]:
    """Returns dummies as environment variables; nothing where the environment or ~/.aws has credentials."""
    home = Path(environ.get("HOME", "/"), ".aws")
    found = environ.keys() & (_NAMES | _SOURCES) or any((home / name).exists() for name in ("credentials", "config"))
    return {} if found else _DUMMIES
