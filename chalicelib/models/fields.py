"""The fields of the API and their limits, each written down once.

A pattern says the same to Python as to a client that reads it in openapi.json, in the dialect of ECMA-262. So it ends
with \\Z, which is the $ of ECMA, as Python's $ also lets a line feed through; and it names what a blank is, as the two
do not mean the same characters by \\s.
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
"""bcrypt reads no more, and a password must never be cut silently."""

MAX_PRESENCE_USERS = 100
MAX_WATCHED_USERS = 100
"""By one socket."""

MAX_SYNCED_CONVERSATIONS = 20
"""In one frame: each is answered by a frame of its own, of 128 KB at most."""

MAX_BLOCKED = 1_000
"""By one user."""

MAX_ANALYTICS_DAYS = 92
"""Three months, whichever they are."""

MAX_PAGE = 100
MAX_UNREAD = 100
"""What is counted of unread messages and notifications: 100 stands for "100 or more"."""

_BLANKS = r"\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_NOT_BLANK = f"[^{_BLANKS}]"
_LINES = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
"""The control characters, and what ends a line without being one."""

UserId = Annotated[str, Meta(pattern=r"^[0-9a-f]{24}\Z")]
SessionId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Name = Annotated[str, Meta(min_length=1, max_length=50, pattern=rf"^[^{_LINES}]*[^{_LINES}{_BLANKS}][^{_LINES}]*\Z")]
"""One line: it stands in lists, and in mails."""

_EMAIL_PART = rf"[^@\x00-\x1f{_BLANKS}]"
EmailId = Annotated[str, Meta(max_length=254, pattern=rf"^{_EMAIL_PART}{{1,64}}@{_EMAIL_PART}+\.{_EMAIL_PART}+\Z")]
"""RFC 5321, 4.5.3.1: 64 octets before the @, 254 in all. Whether it exists only a mail can tell."""

Password = Annotated[
    str,
    Meta(min_length=8, description=f"At most {MAX_PASSWORD_BYTES} bytes in UTF-8; a longer one is refused, never cut."),
]
About = Annotated[str, Meta(max_length=1_000)]
Skills = Annotated[list[Annotated[str, Meta(min_length=1, max_length=50)]], Meta(max_length=50)]
PhotoUrl = Annotated[str, Meta(max_length=2_048, pattern=rf"^https?://[^/{_BLANKS}]{_NOT_BLANK}*\Z")]
Age = Annotated[int, Meta(ge=13, le=130)]
Gender = Annotated[str, Meta(min_length=1, max_length=30)]
MessageText = Annotated[str, Meta(min_length=1, max_length=MAX_MESSAGE_CHARACTERS)]
"""Characters are Unicode code points; the text is kept as it was sent, without normalisation."""

ClientMessageId = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+\Z")]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
PageSize = Annotated[int, Meta(ge=1, le=MAX_PAGE)]
NotificationId = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
"""The eventId of its event, a UUID (RFC 9562)."""
