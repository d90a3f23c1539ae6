"""The books of an audit: what MongoDB and Kafka hold, side by side in a temporary SQLite database.

They are on disk, so that the memory of an audit does not grow with the number of events, and an index sorts what is
compared. SQLite deletes the file when it is closed, and where the process dies.
"""

import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager

from chalicelib.models.event_types import EVENT_TYPES
from infra.ops.audit.causes import CHANGES, LASTING

_CACHE_KIB = 32 * 1024
_BATCH = 1_000
_WITH_TIME = 7

_SCHEMA = """
CREATE TABLE cause (type TEXT, key TEXT, at INTEGER, place TEXT, PRIMARY KEY (type, key)) WITHOUT ROWID;
CREATE TABLE pending (id BLOB PRIMARY KEY, type TEXT, key TEXT, at INTEGER, place TEXT) WITHOUT ROWID;
CREATE TABLE event (
    id BLOB PRIMARY KEY, type TEXT, key TEXT, seq INTEGER, user TEXT, at INTEGER, day TEXT,
    topic TEXT, partition INTEGER, offset INTEGER, committed INTEGER,
    record TEXT AS (topic || ' ' || partition || ':' || offset) VIRTUAL
) WITHOUT ROWID;
CREATE TABLE derived (id BLOB PRIMARY KEY, type TEXT, source BLOB) WITHOUT ROWID;
CREATE TABLE processed (id BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE later (id BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE notified (key TEXT PRIMARY KEY, seq INTEGER) WITHOUT ROWID;
CREATE TABLE notification (id BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE letter (
    partition INTEGER, offset INTEGER, reason TEXT, at INTEGER, id BLOB,
    record TEXT AS ('dead-letter ' || partition || ':' || offset) VIRTUAL, PRIMARY KEY (partition, offset)
) WITHOUT ROWID;
CREATE TABLE counted (day TEXT, type TEXT, count INTEGER, PRIMARY KEY (day, type)) WITHOUT ROWID;
CREATE TABLE day (day TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE lasting (type TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE active (type TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE changing (type TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE changes (conversation TEXT PRIMARY KEY, last INTEGER) WITHOUT ROWID;
CREATE TABLE gap (conversation TEXT PRIMARY KEY, what TEXT) WITHOUT ROWID;
"""
"""Times (`at`) are in milliseconds since the epoch, ids of events are the bytes of their UUID.

`key` is what an event and its cause have in common: causes.py. `lasting` and `active` hold types of events: those of
LASTING, and those that are their user's activity; `changing` those of CHANGES, whose key ends with their number, from
its 51st character on; and `changes` the number of the latest change of each conversation that has one. `day` holds the
days whose counts are compared, and `later` the events that were published while the others were read.
"""

Row = tuple[object, ...]
NOTHING: Mapping[str, object] = {}


class Books:
    """The tables of _SCHEMA. What is added twice is kept as it was first; of `notified` the greatest seq is kept."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, table: str, rows: Iterable[Row]) -> int:
        """Add rows to a table; `table` is one of the schema's names. Returns how many rows were given."""
        added = 0
        batch: list[Row] = []
        for row in rows:
            batch.append(row)
            if len(batch) == _BATCH:
                added += self._insert(table, batch)
                batch = []
        return added + (self._insert(table, batch) if batch else 0)

    def _insert(self, table: str, batch: list[Row]) -> int:
        places = ", ".join("?" * len(batch[0]))
        conflict = "ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)" if table == "notified" else ""
        verb = "INSERT" if conflict else "INSERT OR IGNORE"
        self._connection.executemany(f"{verb} INTO {table} VALUES ({places}) {conflict}", batch)
        return len(batch)

    def sort(self) -> None:
        """Make what `rows` is asked for quick to find; to be called when everything is added."""
        self._connection.execute("CREATE INDEX event_key ON event (type, key, seq)")
        self._connection.execute("CREATE INDEX pending_key ON pending (type, key)")
        self._connection.execute("CREATE INDEX event_day ON event (day, type)")
        self._connection.execute("CREATE INDEX letter_id ON letter (id)")

    def rows(self, query: str, parameters: Mapping[str, object] = NOTHING) -> Iterator[Row]:
        """Yield the rows of a query."""
        with closing(self._connection.execute(query, dict(parameters))) as cursor:
            yield from cursor

    def number(self, query: str, parameters: Mapping[str, object] = NOTHING) -> int:
        """Return the one number that a query has as its result."""
        [[number]] = self.rows(query, parameters)
        return int(str(number))


@contextmanager
def opened_books() -> Iterator[Books]:
    """Make books that are gone at the end of the block."""
    # An empty name is a private database in a temporary file, which grows beyond the cache only where it must.
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", f"cache_size = -{_CACHE_KIB}"):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("uuid", 1, _uuid, deterministic=True)
        connection.create_function("made_at", 1, _made_at, deterministic=True)
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")  # one transaction, as each of its own would cost a write
        books = Books(connection)
        books.add("lasting", ((event_type,) for event_type in LASTING))
        books.add("changing", ((event_type,) for event_type in CHANGES))
        books.add("active", ((name,) for name, declared in EVENT_TYPES.items() if declared.is_activity))
        yield books


def _uuid(raw: bytes | None) -> str | None:
    return None if raw is None else str(uuid.UUID(bytes=raw))


def _made_at(raw: bytes) -> int | None:
    """Return when a UUIDv7 was made, in milliseconds since the epoch; None for any other UUID (RFC 9562, 5.7)."""
    return int.from_bytes(raw[:6]) if uuid.UUID(bytes=raw).version == _WITH_TIME else None
