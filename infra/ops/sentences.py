"""What failed, in one sentence for an operator."""

import click
from kafka.errors import BrokerResponseError, KafkaError
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError
from redis import RedisError

from chalicelib.errors import RedisUnavailable, SettingsError, Unavailable

ServerFailure = (SettingsError, KafkaError, Unavailable, PyMongoError, RedisUnavailable, RedisError)
"""The errors of servers, and of the variables that name them."""


def sentence(error: Exception) -> str:
    """Return the sentence for one of `ServerFailure`, or for a click.ClickException, which has one already."""
    if isinstance(error, KafkaError):
        # The text of a broker's error response contains the whole request and the whole response.
        return _one_line(f"Kafka failed: {error.description if isinstance(error, BrokerResponseError) else error}")
    if isinstance(error, RedisUnavailable | RedisError):
        return _one_line(f"Redis failed: {error}")
    if isinstance(error, Unavailable | PyMongoError):
        return _mongodb_sentence(error)
    return error.message if isinstance(error, click.ClickException) else str(error)


def _mongodb_sentence(error: Unavailable | PyMongoError) -> str:
    """Return the sentence for a failure, or for a refusal, such as that of a wrong password or a name without DNS."""
    cause = error.__cause__ if isinstance(error, Unavailable) else error
    # The text of a connection failure describes the whole topology.
    if cause is None or isinstance(cause, ConnectionFailure):
        return "MongoDB cannot be reached."
    # That of an operation contains the whole response.
    details = cause.details if isinstance(cause, OperationFailure) else None
    return _one_line(f"MongoDB failed: {(details or {}).get('errmsg') or cause}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
