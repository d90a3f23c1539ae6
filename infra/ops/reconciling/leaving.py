"""Ends the accounts again whose users left after the backup: a restore must not bring back what they had erased."""

from collections.abc import Iterable

from bson import ObjectId

from chalicelib.stores.users import login_record
from chalicelib.wiring import Wiring


def leave_again(wiring: Wiring, user_ids: Iterable[str]) -> int:
    """End those accounts that are there, and return how many these were; a consumer erases what else is personal.

    Raises PyMongoError, Unavailable.
    """
    ended = 0
    for user_id in sorted(user_ids):
        user = wiring.mongo.users.find_one({"_id": ObjectId(user_id), "deletedAt": {"$exists": False}})
        if user is not None:
            written = wiring.session_epochs.begin_with_erasure(login_record(user))
            ended += written is not None
    return ended
