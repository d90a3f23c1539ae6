"""The form of userIds, looked at before anything is sent: one wrong id spoils a frame for all others in it."""

import re
from collections.abc import Iterable

from examples.devconnect_client.errors import BadRequest

_USER_ID = re.compile(r"[0-9a-f]{24}")


def check_user_ids(field: str, user_ids: Iterable[str]) -> None:
    """Raises BadRequest about `field` where one of them is none."""
    for user_id in user_ids:
        if not _USER_ID.fullmatch(user_id):
            raise wrong(field, f"{user_id!r} is no userId: 24 hexadecimal digits in lower case")


def wrong(field: str, reason: str) -> BadRequest:
    """As the service says it."""
    return BadRequest(f"{field}: {reason}", "bad_request", {field: reason})
