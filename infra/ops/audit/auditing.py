"""The audit: it reads both sides into the books, and compares them.

On a running system everything moves on meanwhile. So what moves is read first where it comes from: causes, then pending
events, then Kafka, then what the consumer has recorded.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

import msgspec

from chalicelib.clients.mongo.database import MongoDatabase
from infra.ops.audit import kafka, mongodb
from infra.ops.audit.books import Books, opened_books
from infra.ops.audit.checks import Difference, differences
from infra.ops.audit.period import BEGINNING, Period
from infra.ops.long_reads import without_timeout
from infra.ops.topic_log import TopicLog

Watch = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Shows the progress of reading something of a size: infra/ops/rendering.py."""

_LOST = """
    SELECT count(*) FROM event JOIN lasting USING (type)
    WHERE at >= max(:start, :lost_from) AND at < min(:end, :lost_to)
      AND NOT EXISTS (SELECT 1 FROM cause WHERE cause.type = event.type AND cause.key = event.key)
"""

_TOTALS = {
    "causes": "SELECT count(*) FROM cause",
    "pending": "SELECT count(*) FROM pending",
    "events": "SELECT count(*) FROM event",
    "recorded": "SELECT count(*) FROM processed",
    "notConsumed": "SELECT count(*) FROM event WHERE NOT committed AND id NOT IN (SELECT id FROM processed)",
    "deadLetters": "SELECT count(*) FROM letter",
    "days": "SELECT count(*) FROM day",
}


class Audited(msgspec.Struct, frozen=True):
    """What was compared. `totals` are how much there was of each, and `notes` what could not be compared.

    `differences` are how many of each kind there are, of which `shown` are some.
    """

    start: datetime
    end: datetime
    totals: dict[str, int]
    notes: list[str]
    differences: dict[str, int]
    shown: list[Difference]


def audit(mongo: MongoDatabase, log: TopicLog, wanted: Period, watch: Watch, *, limit: int) -> Audited:
    """Compare both sides. At most `limit` differences of a kind are shown.

    Raises PyMongoError, KafkaError, and click.ClickException if a topic is missing.
    """
    notes: list[str] = []
    before = kafka.log_state(log)
    period = _comparable(wanted, kafka.comparable_since(log, before, wanted.now), notes)
    with opened_books() as books, without_timeout():
        is_quiet = _read(mongo, log, period, books, watch)
        books.add("day", ((day,) for day in _days(books, period, is_quiet=is_quiet, notes=notes)))
        books.sort()
        is_whole = before.is_whole and period.start == BEGINNING
        found: dict[str, int] = {}
        shown: list[Difference] = []
        for difference in differences(books, {**period.parameters, "whole": is_whole}):
            found[difference.kind] = found.get(difference.kind, 0) + 1
            if found[difference.kind] <= limit:
                shown.append(difference)
        totals = {name: books.number(query) for name, query in _TOTALS.items()}
        totals["lost"] = books.number(_LOST, period.parameters)
    return Audited(period.start, period.end, totals, notes, found, shown)


def _comparable(wanted: Period, since: datetime | None, notes: list[str]) -> Period:
    if since is None or since <= wanted.start:
        return wanted
    notes.append(f"Kafka has deleted records that are older than {since.isoformat()}: nothing earlier is compared.")
    return wanted.beginning(since)


def _read(mongo: MongoDatabase, log: TopicLog, period: Period, books: Books, watch: Watch) -> bool:
    """Read everything. Returns whether nothing was published meanwhile, and everything consumed."""
    since = period.read_from

    def watched(what: str, total: int, reading: Iterable[int]) -> None:
        with watch(what, total) as advance:
            for count in reading:
                advance(count)

    documents = sum(collection.estimated_document_count() for collection in mongo.event_carriers)
    causes = chain(
        mongodb.read_causes(mongo, since, books),
        mongodb.read_changes(mongo, books),
        mongodb.read_pending(mongo, books),
    )
    watched("Reading causes", documents, causes)
    state = kafka.log_state(log)
    records = kafka.since(log, state.held, since)
    watched("Reading events", sum(map(len, records.values())), kafka.read_events(log, records, state, books))
    watched("Reading dead letters", 0, kafka.read_letters(log, since, books))
    recorded = mongo.processed_events.estimated_document_count()
    watched("Reading the ledger", recorded, mongodb.read_processed(mongo, since, books))
    # What the consumer has recorded since the events were read is in Kafka as well, beyond what was read.
    watched("Reading later events", 0, kafka.read_later(log, state.held, books))
    watched("Reading notifications", 0, mongodb.read_notifications(mongo, since, books))
    mongodb.read_counts(mongo, books)
    after = kafka.log_state(log)
    watched(
        "Reading seqs",
        mongo.conversations.estimated_document_count(),
        mongodb.read_gaps(mongo, period.start, books, begin_anywhere=period.deletes_messages),
    )
    return after.held == state.held and after.is_consumed


def _days(books: Books, period: Period, *, is_quiet: bool, notes: list[str]) -> list[str]:
    """Return the days whose counts can be compared: they lie in the period, and nothing is counted there any more."""
    known = [str(day) for (day,) in books.rows("SELECT day FROM counted UNION SELECT day FROM event")]
    days: list[str] = []
    for day in known:
        begins = datetime.combine(date.fromisoformat(day), time(), UTC)
        ends = begins + timedelta(days=1)
        if begins < period.start:
            continue
        if is_quiet or ends <= min(period.end, period.now - period.grace):
            days.append(day)
        elif begins < period.end:
            notes.append(f"The counts of {day} are not compared: that day is not over, and events are under way.")
    return days
