"""MongoDB: one client, majority reads and writes throughout, and every collection with its name and type."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar

import pymongo
from pymongo import MongoClient, ReadPreference
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import (
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
)
from pymongo.monitoring import CommandListener
from pymongo.write_concern import WriteConcern

from chalicelib.clients import budget as mongo_budget
from chalicelib.clients.breaker import PROBE_SECONDS, Breaker
from chalicelib.errors import SettingsError, Unavailable
from chalicelib.models import case_documents, documents

log = logging.getLogger(__name__)

DUPLICATE_KEY = 11000
"""MongoDB's error code (mongo/base/error_codes.yml). In a bulk write it is all that tells of a DuplicateKeyError."""

T = TypeVar("T", bound=Mapping[str, Any])  # Any: BSON

EVENT_CARRIERS = ("users", "sessions", "sockets", "conversations", "messages", "connections", "exports", "cases")
"""The collections whose documents contain `pendingEvents`."""

_LOGIN_REFUSED = frozenset({11, 18, 334, 391, 8000})
"""Error codes of MongoDB and of Atlas (8000): the user or the password is wrong, as after credentials were rotated."""

_NOT_PERMITTED = 13
"""The error code for an operation that the user may not do, or for any at all without a login."""

SLOW_SECONDS = 0.5
"""An operation that ran out of time after at least this long shows that MongoDB is down."""


class MongoDatabase:
    """The collections of the database that the URI names, or else of "devconnect". Connects at its first use."""

    def __init__(self, uri: str, breaker: Breaker, listeners: Sequence[CommandListener] = ()) -> None:
        self._breaker = breaker
        self._unacknowledged: dict[str, Collection[Any]] = {}  # Any: documents of every kind
        self.client: MongoClient[dict[str, Any]] = MongoClient(  # Any: BSON; each collection below has its own type
            uri,
            connect=False,
            w="majority",
            readConcernLevel="majority",
            tz_aware=True,
            appname="devconnect",
            serverSelectionTimeoutMS=1_500,
            connectTimeoutMS=1_000,
            timeoutMS=int(mongo_budget.REQUEST_SECONDS * 1000),
            maxPoolSize=20,
            event_listeners=list(listeners),
        )

    @cached_property
    def database(self) -> "Database[dict[str, Any]]":
        return self.client.get_default_database("devconnect")

    def _collection(self, name: str) -> "Collection[Any]":
        return self.database[name]

    @cached_property
    def users(self) -> "Collection[documents.UserDocument]":
        return self._collection("users")

    @cached_property
    def sessions(self) -> "Collection[documents.SessionDocument]":
        return self._collection("sessions")

    @cached_property
    def sockets(self) -> "Collection[documents.SocketDocument]":
        return self._collection("sockets")

    @cached_property
    def conversations(self) -> "Collection[documents.ConversationDocument]":
        return self._collection("conversations")

    @cached_property
    def messages(self) -> "Collection[documents.MessageDocument]":
        return self._collection("messages")

    @cached_property
    def connections(self) -> "Collection[documents.ConnectionDocument]":
        return self._collection("connections")

    @cached_property
    def cases(self) -> "Collection[case_documents.CaseDocument]":
        return self._collection("cases")

    @cached_property
    def feeds(self) -> "Collection[documents.FeedDocument]":
        return self._collection("feeds")

    @cached_property
    def notifications(self) -> "Collection[documents.NotificationDocument]":
        return self._collection("notifications")

    @cached_property
    def emails(self) -> "Collection[documents.EmailDocument]":
        return self._collection("emails")

    @cached_property
    def exports(self) -> "Collection[documents.ExportDocument]":
        return self._collection("exports")

    @cached_property
    def missed_messages(self) -> "Collection[documents.ReminderDocument]":
        return self._collection("missed_messages")

    @cached_property
    def push_subscriptions(self) -> "Collection[documents.PushSubscriptionDocument]":
        return self._collection("push_subscriptions")

    @cached_property
    def login_attempts(self) -> "Collection[documents.AttemptDocument]":
        return self._collection("login_attempts")

    @cached_property
    def invalidations(self) -> "Collection[documents.InvalidationDocument]":
        return self._collection("invalidations")

    @cached_property
    def processed_events(self) -> "Collection[documents.ProcessedEventDocument]":
        return self._collection("processed_events")

    @cached_property
    def analytics_daily(self) -> "Collection[documents.DailyCountsDocument]":
        return self._collection("analytics_daily")

    @cached_property
    def active_users(self) -> "Collection[documents.ActiveUserDocument]":
        return self._collection("active_users")

    @cached_property
    def leases(self) -> "Collection[documents.LeaseDocument]":
        return self._collection("leases")

    @cached_property
    def event_carriers(self) -> "list[Collection[Any]]":  # Any: documents of every kind carry events
        return [self._collection(name) for name in EVENT_CARRIERS]

    def unacknowledged(self, collection: "Collection[Any]") -> "Collection[Any]":  # Any: documents of every kind
        """Return the collection for writes that are sent and not waited for, as losing one only repeats an event."""
        if collection.name not in self._unacknowledged:
            self._unacknowledged[collection.name] = collection.with_options(write_concern=WriteConcern(w=0))
        return self._unacknowledged[collection.name]

    def preferring_secondary(self, collection: "Collection[T]") -> "Collection[T]":
        """Return the collection for reads that may be slightly out of date, and so may spare the primary."""
        return collection.with_options(read_preference=ReadPreference.SECONDARY_PREFERRED)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Turn failures of MongoDB into Unavailable, at once where it is known to be down or the budget is spent.

        Other errors pass through: DuplicateKeyError, which is a result, and the errors that a mistake in the code
        causes.
        """
        if not self._breaker.allows(self._probe):
            raise Unavailable
        began = time.monotonic()
        try:
            with mongo_budget.charged():
                yield
        except DuplicateKeyError:
            raise
        except PyMongoError as error:
            if not _is_down(error):
                raise  # a mistake in this code, which no waiting repairs
            self._note(error, time.monotonic() - began)
            raise Unavailable from error
        else:
            if not self._breaker.closed:
                self._breaker.record_success()

    def _note(self, error: PyMongoError, seconds: float) -> None:
        """Log why an operation failed after so many seconds, and open the breaker where others would fail too."""
        # A time-out counts only where MongoDB had enough time, as very little of the budget may have been left.
        if seconds >= SLOW_SECONDS if error.timeout else _is_of_connection(error):
            self._breaker.record_failure()
        if _is_refusal(error):
            log.error("MongoDB refuses the login or the operation: %s", error, extra={"action": "mongodb_refused"})
        else:
            log.warning("MongoDB failed: %s", error, extra={"action": "mongodb_failed"})

    def _probe(self) -> bool:
        with mongo_budget.spending():
            return self.ping()

    def ping(self) -> bool:
        """Whether MongoDB responds within PROBE_SECONDS."""
        try:
            with pymongo.timeout(PROBE_SECONDS):
                self.client.admin.command("ping")
        except PyMongoError:
            return False
        return True

    def close(self) -> None:
        self.client.close()


def open_database(uri: str, breaker: Breaker, listeners: Sequence[CommandListener] = ()) -> MongoDatabase:
    """Create the database's client. Raises SettingsError where `uri` is wrong, which only the driver can judge."""
    try:
        return MongoDatabase(uri, breaker, listeners)
    except (PyMongoError, ValueError, OSError) as error:
        # The driver's own message is left out, as it may repeat a part of the password.
        raise SettingsError(f"MONGODB_URI is wrong: the driver refuses it ({type(error).__name__}).") from None


def _is_down(error: PyMongoError) -> bool:
    """Whether the server cannot be reached, is too slow, lets nobody in, or says that it cannot do this now."""
    return (
        _is_refusal(error)
        or isinstance(error, ConnectionFailure | ExecutionTimeout | WriteConcernError)
        or error.timeout
        or error.has_error_label("RetryableWriteError")
        or error.has_error_label("TransientTransactionError")
    )


def _is_of_connection(error: PyMongoError) -> bool:
    return isinstance(error, ConnectionFailure) or _code(error) in _LOGIN_REFUSED


def _is_refusal(error: PyMongoError) -> bool:
    return _code(error) in _LOGIN_REFUSED or _code(error) == _NOT_PERMITTED


def _code(error: PyMongoError) -> int | None:
    return error.code if isinstance(error, OperationFailure) else None
