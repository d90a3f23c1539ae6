"""What a user is found by: the beginnings of the words of their name, and their skills, folded.

A term is stored with a mark of the field that it comes from, so that a change of one field replaces its own terms in
the write that changes it. A beginning is a term of its own: so a search is for equal terms, which an index returns in
the order of `_id`.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

MAX_WORDS = 10
"""How many words of a name, and of a search, count."""

MAX_CHARACTERS = 16
"""How many characters of a word count."""

MAX_SKILLS = 50
"""How many skills count: as many as a profile has. With commas in each, 1,250 would be found in it."""

_FIRST_NAME, _LAST_NAME, _SKILL = "f=", "l=", "s="
_MARKS = {"firstName": _FIRST_NAME, "lastName": _LAST_NAME, "skills": _SKILL}
MARK_LENGTH = 2
_APOSTROPHES = frozenset("'\u2019\u02bc`\u00b4")
_SEPARATORS = ("Z", "P", "C")
"""The general categories of Unicode (UAX #44) that end a word: blanks, punctuation and controls."""


def folded(text: str) -> str:
    """Return text as it is compared: without case, marks above or below, and compatibility forms (UAX #15, NFKD)."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFKD", bare.casefold())


def words(text: str) -> list[str]:
    """Return the folded words of a name or a search, as far as they count. An apostrophe does not divide a word."""
    characters = (
        " " if unicodedata.category(character).startswith(_SEPARATORS) else character
        for character in folded(text)
        if character not in _APOSTROPHES
    )
    return [word[:MAX_CHARACTERS] for word in "".join(characters).split()][:MAX_WORDS]


def skill_terms(skills: Sequence[str]) -> list[str]:
    """Return the first MAX_SKILLS terms of skills, in their order. A comma divides a skill in two, as in a search."""
    parts = (" ".join(folded(part).split()) for skill in skills for part in skill.split(","))
    return list(dict.fromkeys(_SKILL + part for part in parts if part))[:MAX_SKILLS]


def name_alternatives(word: str) -> list[str]:
    """Return the terms of which one is stored for every user with a name that begins with a word of `words`."""
    return [_FIRST_NAME + word, _LAST_NAME + word]


def profile_terms(profile: Mapping[str, object]) -> list[str]:
    """Return the terms of those fields of a profile that are given."""
    return list(dict.fromkeys(term for field in _MARKS if field in profile for term in _terms(field, profile[field])))


def marks_of(profile: Mapping[str, object]) -> list[str]:
    """Return the marks that the terms of the given fields begin with, of MARK_LENGTH characters each."""
    return [mark for field, mark in _MARKS.items() if field in profile]


def _terms(field: str, value: object) -> Iterator[str]:
    if isinstance(value, str):
        for word in words(value):
            yield from (_MARKS[field] + word[:length] for length in range(1, len(word) + 1))
    elif isinstance(value, list):
        yield from skill_terms(value)
