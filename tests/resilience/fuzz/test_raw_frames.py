"""Bytes over the websocket: invalid frames close the socket with the code that docs/protocol.md names.

No function fails over them.
"""

import itertools
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from chalice_local_websockets.limits import FRAME_BYTES, MESSAGE_BYTES
from tests.e2e.clients import Device, Person, sign_up
from tests.resilience.fuzz.running import Fuzzed, is_long, say, times

# It is not these strategies that use `random`, but a thread of the websockets, for their pings.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module inside strategies")

SETTINGS = settings(deadline=None, derandomize=not is_long(), suppress_health_check=list(HealthCheck))

fragments = (
    st.binary(max_size=60)
    | st.text(max_size=20).map(str.encode)
    | st.sampled_from(
        [
            b"",
            b"{}",
            b'{"action":"register"}',
            b'{"action":"typ',
            b'ing"}',
            b"\xff",
            b"\xc3",
            b"\xa9",
            b"\xf0\x9f",
            FRAME_BYTES,
            FRAME_BYTES + 1,
        ]
    )
)
"""Bytes, or the number of bytes "x" of a large fragment."""


@st.composite
def cut_texts(draw: st.DrawFn) -> list[bytes | int]:
    """Draws a text in fragments, which may be cut within a character."""
    raw = draw(st.text(max_size=60)).encode()
    cuts = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=4)))
    return [raw[start:end] for start, end in itertools.pairwise([0, *cuts, len(raw)])]


MASK = b"\0\0\0\0"
VIOLATIONS = [
    b"\x83\x80" + MASK,  # an unknown opcode
    b"\xc1\x80" + MASK,  # compressed, which was not negotiated
    b"\x81\x01x",  # not masked
    b"\x80\x80" + MASK,  # the end of a message that has not begun
    b"\x01\x80" + MASK + b"\x01\x80" + MASK,  # a message within a message
    b"\x09\x80" + MASK,  # a ping in fragments
    b"\x89\xfe\x00\x7e" + MASK + b"x" * 126,  # a ping that is too long
    b"\x88\x81" + MASK + b"x",  # a close with half a code
    b"\x88\x82" + MASK + b"\x03\xed",  # a close with 1005, which must not be sent
]
"""Frames that RFC 6455 does not allow (5.2, 5.4, 5.5, 7.4.1)."""


@pytest.fixture(scope="module")
def ada(fuzzed: Fuzzed) -> Iterator[Person]:
    person = sign_up(fuzzed)
    with closing(person.http):
        yield person


def expected_close(parts: list[bytes], *, text: bool) -> int | None:
    """Returns the code with which a message of these fragments closes its socket, or None where it is answered."""
    if any(len(part) > FRAME_BYTES for part in parts) or sum(map(len, parts)) > MESSAGE_BYTES:
        return 1009
    if not text:
        return 1003
    try:
        b"".join(parts).decode()
    except UnicodeDecodeError:
        return 1007
    return None


def is_answered(device: Device) -> None:
    device.send("nothing", clientMessageId="mark")
    device.expect("error", clientMessageId="mark")


def test_a_message_that_is_not_utf_8_text_or_too_long_closes_the_socket(ada: Person) -> None:
    closed: list[int | None] = []

    @settings(SETTINGS, max_examples=times(80))
    @given(drawn=cut_texts() | st.lists(fragments, min_size=1, max_size=6), text=st.booleans())
    @example(drawn=[b"\xff"], text=True)
    @example(drawn=[b"\xc3", b"\xa9"], text=True)
    @example(drawn=[b"{}"], text=False)
    @example(drawn=[FRAME_BYTES + 1], text=True)
    @example(drawn=[FRAME_BYTES] * 5, text=True)
    def sent(drawn: list[bytes | int], *, text: bool) -> None:
        parts = [b"x" * part if isinstance(part, int) else part for part in drawn]
        code = expected_close(parts, text=text)
        closed.append(code)
        with ada.device() as device:
            with suppress(ConnectionClosed):  # the socket may close before all fragments are sent
                device.connection.send(parts[0] if len(parts) == 1 else parts, text=text)
            if code is None:
                is_answered(device)
            else:
                # A client that is still sending may see the connection end (1006) before it reads the close frame.
                assert device.closed_with() in ({code, 1006} if code == 1009 and len(parts) > 1 else {code})

    sent()
    assert set(closed) == {None, 1003, 1007, 1009}
    say(f"{len(closed)} messages of bytes, {closed.count(None)} of them answered")


@pytest.mark.parametrize("raw", VIOLATIONS, ids=lambda raw: raw[:8].hex())
def test_a_frame_that_breaks_rfc_6455_closes_the_socket(ada: Person, raw: bytes) -> None:
    with ada.device() as device:
        device.connection.socket.sendall(raw)
        assert device.closed_with() == 1002
    with ada.device() as other:
        is_answered(other)
