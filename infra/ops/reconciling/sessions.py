"""Ends all sessions: a restored MongoDB has sessions that had ended, and passwords that were replaced."""

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock


def end_all(mongo: MongoDatabase, clock: Clock) -> int:
    """Begin the next epoch of every user, and mark every open socket to be closed. Return the number of users.

    There are no events, as nobody has logged out. Copies in Redis are not deleted: they must be gone before. A consumer
    tells and closes the sockets that are still there. Raises PyMongoError.
    """
    mongo.sockets.update_many(
        {"closedAt": {"$exists": False}}, {"$min": {"sessionEndedAt": clock()}, "$unset": {"presenceUntil": ""}}
    )
    return mongo.users.update_many({}, {"$inc": {"sessionEpoch": 1}}).modified_count
