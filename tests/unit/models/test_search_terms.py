"""What is folded away in names and skills, what is not, and how many terms a user has at most."""

import pytest

from chalicelib.models.search_terms import (
    MAX_CHARACTERS,
    MAX_SKILLS,
    MAX_WORDS,
    folded,
    profile_terms,
    skill_terms,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jos\u00e9", "jose"),
        ("Jose\u0301", "jose"),
        ("STRASSE", "strasse"),
        ("Stra\u00dfe", "strasse"),
        ("\u0130zmir", "izmir"),
        ("\uff21\uff24\uff21", "ada"),
        ("\ufb01n", "fin"),
        ("\u1f08\u03b8\u03ae\u03bd\u03b1\u03c2", "\u03b1\u03b8\u03b7\u03bd\u03b1\u03c3"),
    ],
)
def test_case_marks_and_compatibility_forms_are_folded(text: str, expected: str) -> None:
    assert folded(text) == expected
    assert folded(expected) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jean-Luc  Picard", ["jean", "luc", "picard"]),
        ("O\u2019Brien", ["obrien"]),
        ("\u738b\u5c0f\u660e", ["\u738b\u5c0f\u660e"]),
        ("\U0001f44b", ["\U0001f44b"]),
        ("...", []),
    ],
)
def test_a_name_is_divided_into_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_skills_keep_their_signs() -> None:
    terms = skill_terms(["C++", "c#", "Machine  Learning", "C, Go", "c"])
    assert terms == ["s=c++", "s=c#", "s=machine learning", "s=c", "s=go"]


def test_every_beginning_of_a_word_is_a_term() -> None:
    terms = profile_terms({"firstName": "Ada", "lastName": "Li"})
    assert terms == ["f=a", "f=ad", "f=ada", "l=l", "l=li"]


def test_the_terms_of_a_name_are_bounded() -> None:
    assert len(profile_terms({"firstName": "\ufdfa" * 50})) <= MAX_WORDS * MAX_CHARACTERS
    assert max(map(len, words("x" * 50))) == MAX_CHARACTERS


def test_the_terms_of_skills_are_bounded_whatever_commas_they_have() -> None:
    skills = [",".join(f"{skill}{part}" for part in range(15)) for skill in range(50)]
    terms = skill_terms(skills)
    assert len(terms) == MAX_SKILLS
    assert terms[:2] == ["s=00", "s=01"]
