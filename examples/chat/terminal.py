"""Safe output to the terminal: other users wrote most of the text, and a terminal executes escape sequences in it."""

import unicodedata

import click

_JOINERS = {"\u200c", "\u200d"}
"""Format characters without which some scripts, and many emoji, cannot be written."""

_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Control characters (escape sequences, line ends), format characters (which reverse text) and line separators.

`str.isprintable` is not used: it rejects every space but U+0020, and characters newer than this Python's Unicode.
"""


def show(line: str) -> None:
    """Print the text on exactly one line."""
    click.echo(printable(line))


def printable(text: str) -> str:
    """Returns the text with U+FFFD in place of each unprintable character."""
    return "".join("\ufffd" if _is_unprintable(character) else character for character in text)


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character) in _UNPRINTABLE and character not in _JOINERS
