"""The fields of the API and their limits, each defined once.

A pattern must mean the same in Python as for a client that reads it in openapi.json, in the dialect of ECMA-262. So it
ends with \\Z, which becomes the $ of ECMA-262, as Python's $ also matches before a line feed. And it lists the blank
characters, as \\s does not match the same characters in both. Characters beyond U+FFFF stand for themselves, as the two
escape them differently; ECMA-262 reads them with its flag u, as JSON Schema asks for.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

USER_ID = re.compile(r"[0-9a-f]{24}")
"""An ObjectId in hexadecimal."""

CASE_ID = USER_ID

SESSION_ID = re.compile(r"[0-9a-f]{32}")
"""A UUID in hexadecimal."""

MAX_MESSAGE_CHARACTERS = 5_000
MIN_PASSWORD_CHARACTERS = 8
MAX_PASSWORD_BYTES = 72
"""bcrypt ignores everything after these, and a password must never be truncated silently."""

MAX_PRESENCE_USERS = 100
MAX_WATCHED_USERS = 100
"""The limit for one socket."""

MAX_BATCH = 50
"""The limit for one frame or request. Their text is limited too: a frame has 32 KB."""

MAX_SYNCED_CONVERSATIONS = 20
"""The limit for one frame. The response to each is a frame of its own, of at most 128 KB."""

MAX_BLOCKED = 1_000
"""The limit for one user."""

MAX_ARCHIVED = 1_000
"""The limit for one user: the list of conversations reads over those that are archived."""

MAX_ANALYTICS_DAYS = 92
"""Enough for any three months."""

MAX_PAGE = 100
MAX_UNREAD = 100
"""Unread messages and notifications are counted up to this number, so 100 stands for "100 or more"."""

_BLANKS = r"\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
"""The control characters, and the line and paragraph separators, which also end a line."""

_HIDING = (
    r"\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"
    f"{chr(0x1BCA0)}-{chr(0x1BCA3)}{chr(0x1D173)}-{chr(0x1D17A)}{chr(0xE0000)}-{chr(0xE00FF)}{chr(0xE01F0)}-{chr(0xE0FFF)}"
)
"""What reverses, hides or splits text and is not seen itself: bidirectional controls (UAX #9), and the characters that
UAX #44 calls Default_Ignorable_Code_Point but for those in _SHAPING. Among them are the tags, U+E0000 to U+E007F."""

_SHAPING = (
    r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u200c\u200d\u2800\u3164\ufe00-\ufe0f\uffa0"
    f"{chr(0x1D159)}{chr(0xE0100)}-{chr(0xE01EF)}"
)
"""What shows nothing by itself, and belongs into words: the joiners of Persian, Indic scripts and emoji, the selectors
of variants, and the fillers of Hangul and Braille."""

_LINE_CHARACTER = f"[^{_CONTROLS}{_HIDING}]"
_VISIBLE_CHARACTER = f"[^{_CONTROLS}{_HIDING}{_BLANKS}{_SHAPING}]"
_WORD_CHARACTER = f"[^{_CONTROLS}{_HIDING}{_BLANKS}]"


def _line(max_length: int, example: str) -> Meta:
    """One line of which something is seen, as clients show it in lists."""
    pattern = rf"^{_LINE_CHARACTER}*{_VISIBLE_CHARACTER}{_LINE_CHARACTER}*\Z"
    return Meta(min_length=1, max_length=max_length, pattern=pattern, examples=[example])


UserId = Annotated[str, Meta(pattern=r"^[0-9a-f]{24}\Z", examples=["697df8b1e1b5a40007c4d2e8"])]
SessionId = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z", examples=["3f2504e04f8941d39a0c0305e82c3301"])]
Name = Annotated[str, _line(50, "Ada")]

_ATOM = rf"[^\x00-\x20\x22\x28\x29\x2c\x2e\x3a-\x3c\x3e\x40\x5b-\x5d{_CONTROLS}{_HIDING}{_BLANKS}{_SHAPING}]+"
"""RFC 5322, 3.2.3, with the characters of RFC 6531: no quotes, brackets, commas, colons, semicolons or blanks."""
_LABEL = rf"[^\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x60\x7b-\x7f{_CONTROLS}{_HIDING}{_BLANKS}{_SHAPING}]+"
"""A label of a host name: letters, digits and hyphens, and characters beyond ASCII (RFC 5890)."""

EmailId = Annotated[
    str,
    Meta(
        max_length=254,
        pattern=rf"^{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})+\Z",
        description=(
            "The address of one mailbox, without a name. It is kept in one form, which the response shows: in NFC, and "
            "case-folded. In that form it has at most 64 characters before the @, and 254 bytes in UTF-8."
        ),
        examples=["ada@example.org"],
    ),
]
"""What the pattern lets through is parsed too: chalicelib/email_addresses.py. RFC 5321, section 4.5.3.1 has the limits.
Only an email can show whether an address exists."""

_FORMER_EMAIL_PART = rf"[^@{_CONTROLS}{_BLANKS}]"
LoginEmailId = Annotated[
    str,
    Meta(
        max_length=254,
        pattern=rf"^{_FORMER_EMAIL_PART}+@{_FORMER_EMAIL_PART}+\.{_FORMER_EMAIL_PART}+\Z",
        description="The address that the account was made with, in any of its forms.",
        examples=["ada@example.org"],
    ),
]
"""Less strict than EmailId, as accounts were made under an earlier rule."""

LinkToken = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9_-]{43}\Z", examples=["q0Zb8n3VtTf1xkq6oVwz0x2k5m7p9r1s3u5w7y9A_-E"])
]
"""256 random bits in base64url (RFC 4648, section 5)."""

UnsubscribeToken = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-f]{24}\.(message|connectionRequest|connectionAccepted)\.[A-Za-z0-9_-]{43}\Z",
        examples=["697df8b1e1b5a40007c4d2e8.message.q0Zb8n3VtTf1xkq6oVwz0x2k5m7p9r1s3u5w7y9A_-E"],
    ),
]
"""The userId, the kind of notification, and 256 bits of a signature in base64url."""

Password = Annotated[
    str,
    Meta(
        min_length=MIN_PASSWORD_CHARACTERS,
        description=(
            f"At most {MAX_PASSWORD_BYTES} bytes in UTF-8, once it is in NFC. A longer one is refused, never truncated."
        ),
        examples=["correct horse"],
    ),
]
NewPassword = Annotated[
    str,
    Meta(
        min_length=MIN_PASSWORD_CHARACTERS,
        description=(
            f"At least {MIN_PASSWORD_CHARACTERS} characters and at most {MAX_PASSWORD_BYTES} bytes in UTF-8, once it "
            "is in NFC. The most common passwords are refused, and the user's own address."
        ),
        examples=["correct horse"],
    ),
]
About = Annotated[str, Meta(max_length=1_000, examples=["I write compilers."])]
Skill = Annotated[str, _line(50, "Python")]
Skills = Annotated[list[Skill], Meta(max_length=50)]
SoughtNames = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        description=(
            "Words that names begin with, without regard to case and accents. The first 10 words count, and 16 "
            "characters of each."
        ),
        examples=["jose"],
    ),
]
SoughtSkills = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=600,
        description="At most 10 skills, separated by commas, without regard to case and accents.",
        examples=["python,rust"],
    ),
]
FeedCursor = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}\.[0-9a-f]{24}\Z")]
"""The id of a ranked list, and the userId of the last user shown."""

_NOT_IN_A_HOST = rf"/?#@\\{_CONTROLS}{_HIDING}{_BLANKS}"
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
MessagesFrom = Literal["everyone", "requests", "connections"]
"""From whom a user takes messages: from everyone, from strangers as requests, or from connections alone."""

Flag = Literal["true", "false"]
"""A truth value in a query string."""

MAX_PUSH_SUBSCRIPTIONS = 10
"""The limit for one user: the browsers that are told by web push."""

PushEndpoint = Annotated[
    str,
    Meta(
        max_length=2_048,
        pattern=rf"^https?://{_HOST}([/?]{_WORD_CHARACTER}*)?\Z",
        description="The address at which a push service takes messages for a browser: https and a public host.",
        examples=["https://push.example.org/send/dGhlIGJyb3dzZXI"],
    ),
]
P256dh = Annotated[
    str,
    Meta(
        pattern=r"^B[A-Za-z0-9_-]{86}\Z",
        examples=["BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"],
    ),
]
"""The browser's public key: an uncompressed point of P-256 in base64url (RFC 8291, section 3.1)."""

PushAuth = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22}\Z", examples=["BTBZMqHH6r4Tts7J_aSIgg"])]
"""The browser's authentication secret: 16 bytes in base64url (RFC 8291, section 3.2)."""

ExpirationTime = Annotated[float, Meta(ge=0, le=2**53 - 1)]
"""When a push service ends a subscription, in milliseconds since the epoch."""

QuietUntil = Annotated[datetime, Meta(tz=True, examples=["2026-01-31T12:00:00.000Z"])]
"""A time with its zone (RFC 3339)."""

VisibleTo = Literal["everyone", "nobody"]
"""Who sees that a user is online, or when they were last seen."""

MessageText = Annotated[str, Meta(min_length=1, max_length=MAX_MESSAGE_CHARACTERS, examples=["Hello Bob! 👋"])]
"""Characters are Unicode code points. The text is stored as it was sent, without normalisation."""

_EMOJI = (
    f"[\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    f"\u2b05-\u2b55\u3030\u303d\u3297\u3299{chr(0x1F004)}-{chr(0x1F1E5)}{chr(0x1F200)}-{chr(0x1FAFF)}]"
)
_FLAG = f"[{chr(0x1F1E6)}-{chr(0x1F1FF)}]{{2}}"
_EMOJI_ELEMENT = (
    rf"({_FLAG}|{_EMOJI}([\ufe0f{chr(0x1F3FB)}-{chr(0x1F3FF)}]|[{chr(0xE0020)}-{chr(0xE007E)}]+{chr(0xE007F)})?)"
)
MAX_REACTION_CHARACTERS = 16
"""In code points. The longest emoji that is recommended for general interchange has 10: two people who kiss."""

Reaction = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_REACTION_CHARACTERS,
        pattern=rf"^({_EMOJI_ELEMENT}(\u200d{_EMOJI_ELEMENT})*|[0-9#*]\ufe0f?\u20e3)\Z",
        description="One emoji.",
        examples=["👍"],
    ),
]
"""The form of an emoji (UTS #51, 1.4.9): elements joined by U+200D, a flag, or a keycap."""

ClientMessageId = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+\Z", examples=["a-1"])]
RequestId = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+\Z", examples=["r-1"])]
"""What a client calls one of its frames: every answer to it says which frame it is about."""

Traceparent = Annotated[
    str,
    Meta(
        pattern=r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\Z",
        examples=["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
    ),
]
"""W3C Trace Context, section 3.2."""

Seq = Annotated[int, Meta(ge=0, le=2**53 - 1, examples=[1])]
"""The seq of a message, or the number of a change, up to which a client has all of them; 0 where it has none."""

MessageSeq = Annotated[int, Meta(ge=1, le=2**53 - 1, examples=[1])]
PageSize = Annotated[int, Meta(ge=1, le=MAX_PAGE, examples=[20])]
NotificationId = Annotated[
    str,
    Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", examples=["019c1406-7e00-7c3a-9d51-2f8a6b0e4c17"]),
]
"""The eventId of the notification's event, a UUID (RFC 9562)."""

Reason = Literal["spam", "harassment", "impersonation", "illegal", "other"]
"""Why somebody is reported, warned or suspended."""

Note = Annotated[str, Meta(min_length=1, max_length=500, examples=["They do this to everybody."])]
CaseId = Annotated[str, Meta(pattern=r"^[0-9a-f]{24}\Z", examples=["697df9d2e1b5a40007c4d301"])]
