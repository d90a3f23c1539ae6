"""The trace that a request belongs to, as its client or API Gateway says (W3C Trace Context, and X-Ray's header).

A traceparent is carried on and never changed, as no spans are recorded here: events have it, records have it as a
header, and log lines have it, so that one search finds what a request caused.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

TRACEPARENT = "traceparent"

_FORM = re.compile(
    r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<parent>[0-9a-f]{16})-[0-9a-f]{2}(?P<more>-.*)?"
)
"""W3C Trace Context, section 3.2.2. A later version may have more fields, version 00 has none."""

_X_RAY = re.compile(r"Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)")
_X_RAY_PARENT = re.compile(r"Parent=([0-9a-f]{16})(?:;|$)")

_traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
_x_ray_trace: ContextVar[str | None] = ContextVar("x_ray_trace", default=None)


def valid_traceparent(text: str | None) -> str | None:
    """Return a traceparent in the form of version 00, or None where it is not valid: it is then to be ignored."""
    match = _FORM.fullmatch(text or "")
    if match is None or match["version"] == "ff" or (match["version"] == "00" and match["more"]):
        return None
    if not int(match["trace"], 16) or not int(match["parent"], 16):
        return None
    return f"00{match[0][2:55]}"


@contextmanager
def traced(traceparent: str | None, headers: Mapping[str, str] | None = None) -> Iterator[None]:
    """Let everything in this block belong to a trace: that of `traceparent`, or else X-Ray's where it has sampled it.

    `headers` are those of the request, with lower-case names. X-Ray's trace is noted for the log in either case.
    """
    x_ray = (headers or {}).get("x-amzn-trace-id", "")
    root = _X_RAY.search(x_ray)
    token = _traceparent.set(valid_traceparent(traceparent) or _of_x_ray(x_ray))
    x_ray_token = _x_ray_trace.set(f"1-{root[1]}-{root[2]}" if root else None)
    try:
        yield
    finally:
        _traceparent.reset(token)
        _x_ray_trace.reset(x_ray_token)


def current_traceparent() -> str | None:
    """Return the traceparent of this request; None outside of requests, and where nobody traces it."""
    return _traceparent.get()


def log_fields() -> dict[str, str]:
    """Return what a log line says of the trace; nothing where there is none."""
    fields = {"traceparent": _traceparent.get(), "xRayTraceId": _x_ray_trace.get()}
    return {name: value for name, value in fields.items() if value is not None}


def _of_x_ray(header: str) -> str | None:
    """Return X-Ray's trace as a traceparent, as its ids are W3C's in another form."""
    root, parent = _X_RAY.search(header), _X_RAY_PARENT.search(header)
    if root is None or parent is None or "Sampled=1" not in header:
        return None
    return valid_traceparent(f"00-{root[1]}{root[2]}-{parent[1]}-01")
