"""Frames that no service sends: those of the AsyncAPI document, each with something wrong, and text of any kind."""

import json
from collections.abc import Iterator

from hypothesis import strategies as st

from infra.documents.examples import example
from infra.documents.files import ASYNCAPI, DIRECTORY

ENDINGS = ["session:ended", "socket:evicted"]
"""The events after which a client has to end, whatever else is in the frame."""
ENDING_CODES = ["unauthorized", "flooding"]

_SCHEMAS = json.loads((DIRECTORY / ASYNCAPI).read_text())["components"]["schemas"]


def _events() -> Iterator[dict[str, object]]:
    """Yields a right frame of each event."""
    for name, schema in _SCHEMAS.items():
        frame = example(schema, _SCHEMAS) if name.endswith("Event") else None
        if isinstance(frame, dict) and frame["event"] not in ENDINGS:
            yield frame


EVENTS = sorted(_events(), key=lambda frame: str(frame["event"]))

_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["a" * 24, "b" * 24, "\ud800", "soon", "rate_limited", "internal", "sync", "private-message"])
    | st.sampled_from([0, -1, 2**53, 10**400, "\ud800", "rate_limited"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def _wrong(draw: st.DrawFn) -> str:
    """A right frame of which some fields are left out, or are anything at all."""
    frame = dict(draw(st.sampled_from(EVENTS)))
    for name in draw(st.lists(st.sampled_from(sorted(frame)), unique=True, max_size=3)):
        if draw(st.booleans()):
            frame[name] = draw(_values)
        else:
            del frame[name]
    return json.dumps(frame)


hostile_frames = (
    _wrong()
    | _values.map(json.dumps)
    | st.dictionaries(st.sampled_from(["event", "error", "code", "action", "message", "seq"]), _values).map(json.dumps)
    | st.text().filter(lambda text: text.isprintable())
    | st.sampled_from(["", "[" * 100_000, "\0", "1" * 5_000, '{"event":"typing","event":7}', "NaN", "{}"])
)

_MESSAGE = {"messageId": "m", "seq": 3, "fromUserId": "b" * 24, "toUserId": "a" * 24, "message": "Hello", "ts": "t"}
HARD = [
    json.dumps(frame)
    for frame in (
        {"event": "error", "error": "No.", "code": "rate_limited", "action": "sync", "retryAfter": 10**400},
        {"event": "error", "error": "No.", "code": "rate_limited", "action": "register", "retryAfter": float("inf")},
        {"event": "registered", "expiresIn": 10**400},
        {"event": "private-message", **_MESSAGE, "seq": 10**400},
        {"event": "private-message", **_MESSAGE, "fromUserId": "\ud800"},
        {"event": "sync", "userId": "\ud800", "messages": [], "complete": False},
        {"event": "sync", "userId": "\ud800", "messages": [], "complete": True, "lastChange": 1e308},
    )
]
"""Numbers that no clock takes, and half a character, which cannot be sent back: by chance they come together rarely."""


def goes_on(text: str) -> bool:
    """Whether the protocol says that a client keeps its socket after this frame."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return True
    return not isinstance(frame, dict) or not (
        frame.get("event") in ENDINGS or (frame.get("event") == "error" and frame.get("code") in ENDING_CODES)
    )
