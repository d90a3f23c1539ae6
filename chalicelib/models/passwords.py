"""Passwords: their one form, the limits of that form, and which new ones are refused."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from chalicelib.models.fields import MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARACTERS

_COMMON = Path(__file__).with_name("common_passwords.txt")


def normalized(password: str) -> str:
    """Return a password in the form of RFC 8265, 4.2: NFC, and every blank is the one of ASCII.

    What a keyboard composes, another one decomposes, and the user sees no difference.
    """
    with_ascii_blanks = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    return unicodedata.normalize("NFC", with_ascii_blanks)


def accepted_forms(password: str) -> Sequence[str]:
    """The texts whose hash a password may have: its one form, and the text itself, as was hashed before there was one.

    There is none where all are longer than any password that was ever taken.
    """
    forms = dict.fromkeys((normalized(password), password))
    return [form for form in forms if len(form.encode()) <= MAX_PASSWORD_BYTES]


def check_given(password: str) -> None:
    """Raises ValueError with a reason where a password is too long to be anybody's."""
    if not accepted_forms(password):
        raise ValueError(f"has more than {MAX_PASSWORD_BYTES} bytes in UTF-8")


def check_new(password: str) -> None:
    """Raises ValueError with a reason where nobody may choose this password."""
    form = normalized(password)
    if len(form) < MIN_PASSWORD_CHARACTERS:
        raise ValueError(f"has fewer than {MIN_PASSWORD_CHARACTERS} characters once it is composed (NFC)")
    if len(form.encode()) > MAX_PASSWORD_BYTES:
        raise ValueError(f"has more than {MAX_PASSWORD_BYTES} bytes in UTF-8")
    if form.casefold() in _common():
        raise ValueError("is one of the most common passwords, which are guessed first")


def check_not_of_address(password: str, address: str) -> None:
    """Raises ValueError with a reason where a new password is the user's email address, or what it begins with."""
    folded = normalized(password).casefold()
    if folded in {address.casefold(), address.casefold().partition("@")[0]}:
        raise ValueError("is the email address, or the part before the @")


@cache
def _common() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
