"""The fields of the API and their limits, each defined once.

A pattern must mean the same in Python as for a client that reads it in openapi.json, in the dialect of ECMA-262. So it
ends with \\Z, which becomes the $ of ECMA-262, as Python's $ also matches before a line feed. And it lists the blank
characters, as \\s does not match the same characters in both.
"""

import re
from typing import Annotated

from msgspec import Meta

USER_ID = re.compile(r"[0-9a-f]{24}")
"""An ObjectId in hexadecimal."""

SESSION_ID = re.compile(r"[0-9a-f]{32}")
"""A UUID in hexadecimal."""

MAX_MESSAGE_CHARACTERS = 5_000
MAX_PASSWORD_BYTES = 72
"""bcrypt ignores everything after these, and a password must never be truncated silently."""

MAX_PRESENCE_USERS = 100
MAX_WATCHED_USERS = 100
"""The limit for one socket."""

MAX_SYNCED_CONVERSATIONS = 20
"""The limit for one frame. The response to each is a frame of its own, of at most 128 KB."""

MAX_BLOCKED = 1_000
"""The limit for one user."""

MAX_ANALYTICS_DAYS = 92
"""Enough for any three months."""

MAX_PAGE = 100
MAX_UNREAD = 100
"""Unread messages and notifications are counted up to this number, so 100 stands for "100 or more"."""

_BLANKS = r"\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
"""The control characters, and the line and paragraph separators, which also end a line."""

_LINE_CHARACTER = f"[^{_CONTROLS}]"
_WORD_CHARACTER = f"[^{_CONTROLS}{_BLANKS}]"


def _line(max_length: int, example: str) -> Meta:
    """One line that is not blank, as clients show it in lists."""
    pattern = rf"^{_LINE_CHARACTER}*{_WORD_CHARACTER}{_LINE_CHARACTER}*\Z"
    return Meta(min_length=1, max_length=max_length, pattern=pattern, examples=[example])


UserId = Annotated[str, Meta(pattern=r"^[0-9a-f]{24}\Z", examples=["697df8b1e1b5a40007c4d2e8"])]
SessionId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z", examples=["3f2504e04f8941d39a0c0305e82c3301"])]
Name = Annotated[str, _line(50, "Ada")]

_EMAIL_PART = rf"[^@{_CONTROLS}{_BLANKS}]"
EmailId = Annotated[
    str,
    Meta(
        max_length=254,
        pattern=rf"^{_EMAIL_PART}{{1,64}}@{_EMAIL_PART}+\.{_EMAIL_PART}+\Z",
        examples=["ada@example.org"],
    ),
]
"""RFC 5321, section 4.5.3.1: 64 octets before the @, and 254 in all. Characters are counted here rather than octets,
which accepts longer addresses beyond ASCII. Only an email can show whether an address exists."""

Password = Annotated[
    str,
    Meta(
        min_length=8,
        description=f"At most {MAX_PASSWORD_BYTES} bytes in UTF-8. A longer password is refused, never truncated.",
        examples=["correct horse"],
    ),
]
About = Annotated[str, Meta(max_length=1_000, examples=["I write compilers."])]
Skill = Annotated[str, _line(50, "Python")]
Skills = Annotated[list[Skill], Meta(max_length=50)]

_NOT_IN_A_HOST = rf"/?#@\\{_CONTROLS}{_BLANKS}"
_HOST = rf"[^:{_NOT_IN_A_HOST}][^{_NOT_IN_A_HOST}]*"
PhotoUrl = Annotated[
    str,
    Meta(
        max_length=2_048,
        pattern=rf"^https?://{_HOST}([/?#]{_WORD_CHARACTER}*)?\Z",
        examples=["https://example.org/ada.png"],
    ),
]
"""A URL with a host (RFC 3986, section 3.2) and without a user: showing a picture must not log in anywhere."""

Age = Annotated[int, Meta(ge=13, le=130, examples=[36])]
Gender = Annotated[str, _line(30, "female")]
MessageText = Annotated[str, Meta(min_length=1, max_length=MAX_MESSAGE_CHARACTERS, examples=["Hello Bob! 👋"])]
"""Characters are Unicode code points. The text is stored as it was sent, without normalisation."""

ClientMessageId = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+\Z", examples=["a-1"])]
Seq = Annotated[int, Meta(ge=0, le=2**53, examples=[1])]
PageSize = Annotated[int, Meta(ge=1, le=MAX_PAGE, examples=[20])]
NotificationId = Annotated[
    str,
    Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", examples=["019c1406-7e00-7c3a-9d51-2f8a6b0e4c17"]),
]
"""The eventId of the notification's event, a UUID (RFC 9562)."""
