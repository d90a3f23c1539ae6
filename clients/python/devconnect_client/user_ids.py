"""Checks userIds before anything is sent: one invalid id makes the service refuse the whole frame."""

import re
from collections.abc import Iterable

from devconnect_client.errors import BadRequest

_USER_ID = re.compile(r"[0-9a-f]{24}")


def check_user_ids(field: str, user_ids: Iterable[str]) -> None:
    """Raises BadRequest about `field` if one of them is not a userId."""
    for user_id in user_ids:
        if not _USER_ID.fullmatch(user_id):
            raise bad_field(field, f"{user_id!r} is not a userId, which has 24 hexadecimal digits in lower case")


def bad_field(field: str, reason: str) -> BadRequest:
    """Returns the same error that the service would send."""
    return BadRequest(f"{field}: {reason}", "bad_request", {field: reason})
