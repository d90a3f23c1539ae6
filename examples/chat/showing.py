"""What goes to the terminal. Most of it was written by others, and a terminal obeys what it is shown."""

import unicodedata

import click

_JOINERS = {"\u200c", "\u200d"}
"""Format characters without which some scripts, and many emoji, cannot be written."""

_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Control (escape sequences, line ends) and format characters (which turn text around), and what ends a line.

Not `str.isprintable`: it denies all blanks but one, and what is newer than this Python's Unicode.
"""


def show(line: str) -> None:
    """Print one line, which stays one."""
    click.echo(printable(line))


def printable(text: str) -> str:
    """The text, with U+FFFD for what is no character to look at."""
    return "".join(
        "\ufffd" if unicodedata.category(one) in _UNPRINTABLE and one not in _JOINERS else one for one in text
    )
