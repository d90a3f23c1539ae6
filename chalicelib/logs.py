"""Logs: one JSON object per line, with a machine-readable `action` for everything that one would search for."""

import json
import logging
import sys
from datetime import UTC, datetime

from chalicelib import tracing

_FIELDS = (
    "action",
    "connectionId",
    "path",
    "topic",
    "partition",
    "offset",
    "eventType",
    "eventId",
    "task",
    "emailId",
    "oldestPendingSeconds",
    "openSockets",
    "redisRefusesWrites",
)
"""Every field that a log call passes as `extra`; the alarms take their numbers from some of them."""


class JsonFormatter(logging.Formatter):
    """Formats each record as one JSON object, with those of `_FIELDS` that the record has.

    Each line of a function has its version, by which a deployment tells failures of the new version from others.
    """

    def __init__(self, function_version: str | None = None) -> None:
        super().__init__()
        self._of_process = {} if function_version is None else {"functionVersion": function_version}

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= self._of_process
        line |= tracing.log_fields()
        line |= {name: record.__dict__[name] for name in _FIELDS if name in record.__dict__}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(function_version: str | None = None) -> None:
    """Write the log of this process to stdout, from where CloudWatch and `.local/log` receive it.

    `function_version` is the version of the Lambda function, if this process is one.
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(function_version))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # kafka-python logs each step of connecting at INFO, and failures that it retries itself as warnings and errors.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    logging.getLogger("botocore").setLevel(logging.WARNING)
