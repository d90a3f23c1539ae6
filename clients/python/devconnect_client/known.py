"""How far a device had come when it last ran, as the application has kept it."""

from collections.abc import Mapping

from devconnect_client.user_ids import bad_field, check_user_ids

MAX_NUMBER = 2**53 - 1


def check_known(name: str, known: Mapping[str, int], own_id: str) -> None:
    """Raises BadRequest if {userId: seq or change} is invalid: one invalid entry would keep all others from syncing."""
    check_user_ids(name, known)
    if own_id in known:
        raise bad_field(name, "nobody has a conversation with oneself")
    if not all(0 <= number <= MAX_NUMBER for number in known.values()):
        raise bad_field(name, f"numbers are from 0 to {MAX_NUMBER}")
