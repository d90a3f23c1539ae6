"""What must hold between the books: each check is a query for the rows that differ.

Its columns are those of a Difference but for the kind. Its parameters are those of Period, and `whole`: whether
everything that ever happened is compared.
"""

from collections.abc import Iterator, Mapping

import msgspec

from infra.ops.audit.books import Books


class Difference(msgspec.Struct, frozen=True):
    """`id` is an eventId, or what else names the thing. `mend` is a command, or says that there is none."""

    kind: str
    id: str
    what: str
    isIn: str
    missingIn: str
    mend: str


CHECKS: Mapping[str, str] = {
    "event_missing": """
        SELECT key, type, place, 'Kafka and pendingEvents',
          iif(type = 'USER_ONLINE', 'none', 'python -m infra.ops events restore ' || type || ' ' || key)
        FROM cause WHERE at >= :start AND at < :end
          AND NOT EXISTS (SELECT 1 FROM event WHERE event.type = cause.type AND event.key = cause.key)
          AND NOT EXISTS (SELECT 1 FROM pending WHERE pending.type = cause.type AND pending.key = cause.key)
        """,
    "cause_missing": """
        SELECT uuid(id), type || ' of ' || key, record, 'MongoDB', 'none: restore it from a backup of MongoDB'
        FROM event JOIN lasting USING (type) WHERE at >= :start AND at < :end
          AND NOT (at >= :lost_from AND at < :lost_to)
          AND NOT EXISTS (SELECT 1 FROM cause WHERE cause.type = event.type AND cause.key = event.key)
        """,
    "event_doubled": """
        SELECT key, type, count(*) || ' eventIds in Kafka', '-', 'none: each of them had its effects'
        FROM event JOIN lasting USING (type) WHERE at >= :start AND at < :end GROUP BY type, key HAVING count(*) > 1
        """,
    "change_missing": """
        WITH known AS (
            SELECT substr(key, 1, 49) AS conversation, CAST(substr(key, 51) AS INTEGER) AS number, at
            FROM (SELECT type, key, at FROM event UNION ALL SELECT type, key, at FROM pending)
            JOIN changing USING (type)
        ), begun AS (
            SELECT conversation, number, at FROM known
            UNION ALL SELECT conversation, 0, :start FROM changes WHERE :whole
        )
        SELECT begun.conversation, 'change ' || (begun.number + 1), 'conversations', 'Kafka and pendingEvents',
          'none: devices are told of the message by its number'
        FROM begun JOIN changes ON changes.conversation = begun.conversation AND begun.number < changes.last
        WHERE at >= :start AND at < :end AND NOT (begun.number > 0 AND at >= :lost_from AND at < :lost_to)
          AND NOT EXISTS (SELECT 1 FROM known
            WHERE known.conversation = begun.conversation AND known.number = begun.number + 1)
        """,
    "change_unknown": """
        SELECT uuid(id), type || ' of ' || key, record, 'conversations', 'none: restore it from a backup of MongoDB'
        FROM event JOIN changing USING (type) LEFT JOIN changes ON changes.conversation = substr(key, 1, 49)
        WHERE at >= :start AND at < :end AND NOT (at >= :lost_from AND at < :lost_to)
          AND CAST(substr(key, 51) AS INTEGER) > ifnull(last, 0)
        """,
    "change_doubled": """
        SELECT key, 'change', count(*) || ' eventIds in Kafka', '-', 'none: each of them had its effects'
        FROM event JOIN changing USING (type) WHERE at >= :start AND at < :end GROUP BY key HAVING count(*) > 1
        """,
    "event_pending": """
        SELECT uuid(id), type, place, 'Kafka', 'none: a consumer publishes it; see python -m infra.ops lag'
        FROM pending WHERE at < min(:end, :waiting_since)
        """,
    "effect_missing": """
        SELECT uuid(id), type, record, 'processed_events', 'python -m infra.ops events replay --topic ' || topic
          || ' --from ' || partition || ':' || offset || ' --to ' || partition || ':' || (offset + 1)
        FROM event WHERE at >= :start AND at < :end AND committed
          AND id NOT IN (SELECT id FROM processed) AND NOT EXISTS (SELECT 1 FROM letter WHERE letter.id = event.id)
        """,
    "not_consumed": """
        SELECT uuid(id), type, record, 'processed_events', 'none: a consumer reads it; see python -m infra.ops lag'
        FROM event WHERE at >= :start AND at < min(:end, :waiting_since) AND NOT committed
          AND id NOT IN (SELECT id FROM processed)
        """,
    "record_missing": """
        SELECT uuid(id), 'event', 'processed_events', 'Kafka', 'none: it had its effects, and only its record is gone'
        FROM processed WHERE id NOT IN (SELECT id FROM event) AND id NOT IN (SELECT id FROM later)
          AND (:whole OR made_at(id) >= :start AND made_at(id) < :end)
        """,
    "derived_missing": """
        SELECT uuid(derived.id), derived.type, 'its source in ' || record, 'Kafka', 'none: its source is done'
        FROM derived JOIN event ON event.id = derived.source
        WHERE at >= :start AND at < :end AND committed AND event.id IN (SELECT id FROM processed)
          AND derived.id NOT IN (SELECT id FROM event)
        """,
    "notification_missing": """
        SELECT uuid(id), type, record, 'notifications', 'none: its event is done'
        FROM event LEFT JOIN notified USING (key)
        WHERE at >= :start AND at < :end AND type LIKE '%@_NOTIFICATION' ESCAPE '@'
          AND id IN (SELECT id FROM processed)
          AND iif(type = 'MESSAGE_NOTIFICATION', ifnull(notified.seq, 0) < event.seq,
                  id NOT IN (SELECT id FROM notification))
        """,
    "seq_gap": """
        SELECT conversation, what, 'conversations', 'messages', 'none: restore it from a backup of MongoDB' FROM gap
        """,
    "dead_letter": """
        SELECT ifnull(uuid(id), record), reason, record, 'processed_events',
          'python -m infra.ops dead-letters replay ' || partition || ':' || offset
        FROM letter WHERE at >= :start AND at < :end AND (id IS NULL OR id NOT IN (SELECT id FROM processed))
        """,
    "count_wrong": """
        WITH recorded AS (
            SELECT day, type, user FROM event JOIN day USING (day) WHERE event.id IN (SELECT id FROM processed)
        ), expected AS (
            SELECT day, type, count(*) AS expected, 0 AS counted FROM recorded GROUP BY day, type
            UNION ALL
            SELECT day, 'activeUsers', count(DISTINCT user), 0 FROM recorded JOIN active USING (type) GROUP BY day
            UNION ALL
            SELECT day, type, 0, count FROM counted JOIN day USING (day)
        ), compared AS (
            SELECT day, type, sum(expected) AS expected, sum(counted) AS counted FROM expected GROUP BY day, type
        )
        SELECT day || ' ' || type, type, 'analytics_daily: ' || counted, 'Kafka: ' || expected,
          'mongosh "$MONGODB_URI" --eval ''db.analytics_daily.updateOne({_id: "' || day || '"}, {$inc: {"'
          || iif(type = 'activeUsers', '', 'counts.') || type || '": ' || (expected - counted) || '}})'''
        FROM compared WHERE expected <> counted
        """,
}
"""{the kind of a difference: the query}."""


def differences(books: Books, parameters: Mapping[str, object]) -> Iterator[Difference]:
    """Yield every difference, one kind after the other."""
    for kind, query in CHECKS.items():
        for row in books.rows(query, parameters):
            yield Difference(kind, *map(str, row))
