"""Pages of messages that are limited in their number and their size."""

from collections.abc import Iterable

import msgspec

from chalicelib.models.responses import HistoryResponse, MessageResponse


def first_page(messages: Iterable[MessageResponse], *, limit: int, max_bytes: int | None) -> HistoryResponse:
    """Return as many of the first messages as `limit` and `max_bytes` of JSON allow, and whether there are more."""
    fitting: list[MessageResponse] = []
    size = 0
    for message in messages:
        if max_bytes is not None:
            size += len(msgspec.json.encode(message)) + len(",")
        if len(fitting) == limit or (max_bytes is not None and size > max_bytes):
            return HistoryResponse(messages=fitting, hasMore=True)
        fitting.append(message)
    return HistoryResponse(messages=fitting, hasMore=False)
