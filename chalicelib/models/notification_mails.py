"""The texts of the emails that tell of something, and that can be ended. They name users, and quote none.

They go to confirmed addresses alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.models import fields
from chalicelib.models.mails import Template

MAX_NAMED = 10
"""How many senders of missed messages a mail names. The others are counted."""

_OPEN = "Open DevConnect to see who it is, and to answer."


def request_mail(greeted: str, sender: str) -> Template:
    """The email about a request to connect, to the user with the first name `greeted`."""
    name = shown_name(sender)
    return Template(
        f"{name} wants to connect",
        (f"{name} would like to connect with you on DevConnect.", _OPEN),
        greeting=_greeting(greeted),
        why="You get this mail as somebody asked to connect with you.",
    )


def accepted_mail(greeted: str, sender: str) -> Template:
    """The email that a request to connect was accepted."""
    name = shown_name(sender)
    return Template(
        f"{name} has accepted your request",
        (f"good news: {name} has accepted your request, and you are connected now. Why not say hello?",),
        greeting=_greeting(greeted),
        why="You get this mail as you asked to connect.",
    )


@dataclass(frozen=True)
class Missed:
    """The messages of one sender that somebody has not read; `count` is MAX_UNREAD for that many or more.

    `since` is when the first of them came.
    """

    sender: str
    count: int
    since: datetime


def missed_mail(greeted: str, missed: Sequence[Missed]) -> Template:
    """The email about missed messages, one or more: who has written, and how much. The texts stay in the app."""
    total = sum(found.count for found in missed)
    exact = all(found.count < fields.MAX_UNREAD for found in missed)
    whom = shown_name(missed[0].sender) if len(missed) == 1 else f"{len(missed)} people"
    others = len(missed) - MAX_NAMED
    return Template(
        f"{_messages(total, exact=exact)} from {whom}",
        ("while you were away, you were written to on DevConnect:",),
        ("Open DevConnect to read and to answer.",),
        greeting=_greeting(greeted),
        items=(
            *(
                f"{shown_name(found.sender)}: {_messages(found.count, exact=found.count < fields.MAX_UNREAD)}"
                for found in missed[:MAX_NAMED]
            ),
            *([f"and {others} more"] if others > 0 else []),
        ),
        why="You get this mail as messages have waited for you; it comes once in four hours at most.",
    )


def _messages(count: int, *, exact: bool) -> str:
    if not exact:
        return f"{count} or more messages"
    return "1 message" if count == 1 else f"{count} messages"


def shown_name(name: str) -> str:
    """Return a name in which no mail program finds an address: `evil.example` becomes `evil. example`."""
    return re.sub(r"([.:/@])(?=\S)", r"\1 ", name)


def _greeting(name: str) -> str:
    return f"Hello {shown_name(name)},"
