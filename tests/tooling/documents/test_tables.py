"""The tables of the pages that repeat limits and the codes of errors: they say what the code says."""

import re
from collections import defaultdict
from datetime import timedelta

from chalice_local_websockets.limits import FRAME_BYTES, MESSAGE_BYTES, Timeouts
from chalicelib.errors import FLOODING, INTERNAL, DevConnectError
from chalicelib.handlers.cors import OWN_ERRORS
from chalicelib.models import fields
from chalicelib.push.delivery import SESSION_ENDED, SOCKET_EVICTED
from chalicelib.security.floods import MAX_REFUSED
from chalicelib.security.tokens import TICKET_LIFETIME
from chalicelib.services.socket_lifecycle import MAX_SOCKETS
from chalicelib.settings.rate_limits import DEFAULT_LIMITS, Limit
from chalicelib.stores.modifications import EDIT_FOR
from chalicelib.stores.slow_sockets import PASSED_OVER_FOR
from devconnect_client import Timings
from infra.documents.files import made
from infra.documents.refusals import TOO_LARGE
from infra.documents.websocket import ERRORS
from infra.local.state import CHECKOUT
from tests.tooling.documents.tables import cells, rows

PROTOCOL = CHECKOUT / "docs" / "protocol.md"
API = CHECKOUT / "docs" / "reference" / "api.md"
SETTINGS = CHECKOUT / "docs" / "reference" / "settings.md"


def words(cell: str) -> set[str]:
    """The words in backticks."""
    return set(re.findall(r"`(\w+)`", cell))


def a_minute(limit: Limit) -> str:
    assert limit.seconds == 60
    return f"{limit.maximum} a minute"


def longest(type_: object) -> int:
    """The greatest number of characters that a field may have."""
    [meta] = type_.__metadata__  # type: ignore[attr-defined] # an Annotated
    assert isinstance(meta.max_length, int)
    return meta.max_length


def test_the_table_of_limits_in_the_protocol() -> None:
    messages, others = DEFAULT_LIMITS.of("private-message"), DEFAULT_LIMITS.default
    unanswered = DEFAULT_LIMITS.of("unanswered-message")
    begun = DEFAULT_LIMITS.of("new-conversation")
    assert unanswered.seconds == begun.seconds == timedelta(hours=24).total_seconds()
    timeouts = Timeouts()
    assert rows(PROTOCOL, "| what | limit |") == {
        "a frame that a client sends": f"{FRAME_BYTES // 1024} KB; a longer one closes the socket with 1009",
        "a message of several frames": f"{MESSAGE_BYTES // 1024} KB; a longer one closes the socket with 1009",
        "a text": f"{fields.MAX_MESSAGE_CHARACTERS:,} characters",
        "a `reaction`": f"one emoji of at most {longest(fields.Reaction)} characters; one of a user to a message",
        "an edit": f"within {EDIT_FOR.total_seconds() / 60:.0f} minutes after the message was sent",
        "a `clientMessageId`, a `requestId`": f"{longest(fields.ClientMessageId)} characters",
        "messages of a user": f"{a_minute(messages)}, over all devices and REST",
        "messages to a user who does not answer, and is not connected with the sender": (
            f"{unanswered.maximum} in 24 hours; one more is `unanswered`"
        ),
        "users to whom a user writes after a day of silence, and who are not connected with the sender": (
            f"{begun.maximum} in 24 hours; one more is `rate_limited`"
        ),
        "`presence:query`, `presence:subscribe`, `presence:unsubscribe` and `GET /api/presence` of a user": (
            f"{a_minute(others)}, together"
        ),
        "other actions of a user, each": a_minute(others),
        "frames of a user that exceed these limits": (
            f"{MAX_REFUSED} a minute, together; one more closes its socket with `flooding`"
        ),
        "tickets and connects of a user, each": a_minute(others),
        "invalid frames of a user (an unknown action, a wrong field)": f"{a_minute(others)}, together",
        "sockets of a user": f"{MAX_SOCKETS}; one more evicts the one that has been silent for longest",
        "userIds in a `presence:query`": str(fields.MAX_PRESENCE_USERS),
        "users that a socket watches": str(fields.MAX_WATCHED_USERS),
        "messages in a `private-messages`": str(fields.MAX_BATCH),
        "conversations in a `sync`": str(fields.MAX_SYNCED_CONVERSATIONS),
        "a ticket": f"{TICKET_LIFETIME.total_seconds():.0f} seconds",
        "a socket without a frame either way": f"{timeouts.idle / 60:.0f} minutes",
        "life of a socket": f"{timeouts.lifetime / 3600:.0f} hours",
    }


def test_the_limits_in_the_sentences_of_the_protocol() -> None:
    text = " ".join(PROTOCOL.read_text().split())
    for sentence in (
        f"A user may have {MAX_SOCKETS} open sockets",
        f"A socket may watch {fields.MAX_WATCHED_USERS} users",
        f"of at most {FRAME_BYTES // 1024} KB.",
        f"a frame of more than {FRAME_BYTES // 1024} KB, or several that are one message",
        f"of more than {MESSAGE_BYTES // 1024} KB.",
        f"A text is 1 to {fields.MAX_MESSAGE_CHARACTERS:,} characters",
        f"1 to {longest(fields.ClientMessageId)} printable ASCII characters",
        f"at most {fields.MAX_SYNCED_CONVERSATIONS} in a frame",
        f"up to {fields.MAX_UNREAD}, which",
    ):
        assert sentence in text


def test_the_events_before_a_close_in_the_protocol() -> None:
    events = {str(event.__struct_config__.tag) for event in (SESSION_ENDED, SOCKET_EVICTED)}
    named = [row[1] for row in cells(PROTOCOL, "| close code | last event | why | reconnect |") if "`" in row[1]]
    assert [re.findall(r"`([\w:]+)`", cell) for cell in named] == [
        *([event] for event in sorted(events)),
        ["error", "flooding"],
    ]


def test_the_figures_by_which_a_client_waits() -> None:
    """The Python client keeps what the page says."""
    text = " ".join(PROTOCOL.read_text().split())
    timings = Timings()
    for sentence in (
        f"send the same frame again after {timings.answer:.0f} seconds",
        f"A ticket or an upgrade that takes longer than {timings.answer:.0f} seconds has failed",
        f"The limit is {timings.first_delay} seconds, and doubles",
        f"with each failure up to {timings.longest_delay:.0f} seconds",
        f"It becomes {timings.first_delay} seconds again only after a socket that stayed open",
        f"that stayed open for {timings.stable:.0f} seconds",
        f"or a message, has none after {timings.answer:.0f} seconds",
        f"to a socket that is not read waits for {PASSED_OVER_FOR.total_seconds():.0f} s at most",
        f"not read for {PASSED_OVER_FOR.total_seconds():.0f} s",
        f"Send this heartbeat before four fifths of that time are over: every {timings.heartbeat:.0f} seconds",
    ):
        assert sentence in text, sentence


def test_the_codes_of_the_protocol() -> None:
    codes = {error.code for error in ERRORS} | {FLOODING["code"], INTERNAL["code"]}
    assert {next(iter(words(cell))) for cell in rows(PROTOCOL, "| code | meaning | what to do |")} == codes
    documented = made()["asyncapi.json"]["components"]["schemas"]["ErrorEvent"]["properties"]["code"]["enum"]
    assert set(documented) == codes


def test_the_codes_of_rest() -> None:
    expected = defaultdict(set)
    for error in DevConnectError.__subclasses__():
        expected[str(error.status)].add(error.code)
    for status, (_sentence, code) in OWN_ERRORS.items():
        expected[str(status)].add(code)
    expected[str(TOO_LARGE.status)].add(TOO_LARGE.code)
    expected["500"].add(INTERNAL["code"])
    assert {status: words(cell) for status, cell in rows(API, "| status | `code` |").items()} == expected


def test_the_limits_of_rest() -> None:
    calls = rows(API, "| call | body or query | answer |")
    frames = rows(API, "| a client sends `action` | the server answers or pushes `event` |")
    settings = rows(SETTINGS, "| variable | meaning | default |")
    assert f"at most {fields.MAX_PRESENCE_USERS}" in calls["`GET presence`"]
    assert f"409 above {fields.MAX_BLOCKED:,}" in calls["`POST blocks/{userId}`, `DELETE blocks/{userId}`"]
    assert f"(1 to {fields.MAX_PAGE})" in calls["`POST notifications/read`"]
    assert f"at most {fields.MAX_ANALYTICS_DAYS})" in calls["`GET analytics/daily`"]
    assert f"{fields.MAX_UNREAD} unread stands for {fields.MAX_UNREAD} or more" in calls["`GET conversations`"]
    assert f"`presence:subscribe` {{userIds}} (at most {fields.MAX_WATCHED_USERS} for a socket)" in frames
    assert any(name.endswith(f"(at most {fields.MAX_SYNCED_CONVERSATIONS})") for name in frames)
    said = [f"{name} {limit.maximum}/{limit.seconds}" for name, limit in DEFAULT_LIMITS.limits.items()]
    others = DEFAULT_LIMITS.default
    assert settings["`RATE_LIMIT_<ENDPOINT>`"].endswith(
        "| " + ", ".join([*said, f"others {others.maximum}/{others.seconds}"])
    )
