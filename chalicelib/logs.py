"""Logs: one JSON object per line, with a machine-readable `action` for everything that one would search for."""

import json
import logging
import sys
from datetime import UTC, datetime

_FIELDS = (
    "action",
    "connectionId",
    "path",
    "topic",
    "partition",
    "offset",
    "eventType",
    "task",
    "oldestPendingSeconds",
)


class JsonFormatter(logging.Formatter):
    """Formats each record as one JSON object, with those of `_FIELDS` that the record has."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: record.__dict__[name] for name in _FIELDS if name in record.__dict__}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure() -> None:
    """Write the log of this process to stdout, from where CloudWatch and `.local/log` receive it."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # kafka-python logs each step of connecting at INFO, and failures that it retries itself as warnings and errors.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    logging.getLogger("botocore").setLevel(logging.WARNING)
