"""Passwords: one form however they are typed, and hashes of the time before there was one."""

import unicodedata
from collections.abc import Callable

import bcrypt
import pytest

from chalicelib.security.passwords import Passwords

PASSWORDS = Passwords(rounds=4)
COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "Zwölf Bäume, ein Köter") for form in ("NFC", "NFD"))


@pytest.mark.parametrize("chosen", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED])
def test_a_password_is_the_same_whether_the_keyboard_composes_it_or_not(chosen: str, typed: str) -> None:
    assert PASSWORDS.matches(typed, PASSWORDS.hash(chosen))


def test_every_blank_is_the_same_one() -> None:
    assert PASSWORDS.matches("correct horse", PASSWORDS.hash("correct\u00a0horse"))
    assert PASSWORDS.matches("correct\u3000horse", PASSWORDS.hash("correct horse"))


@pytest.mark.parametrize("text", [DECOMPOSED, "correct\u00a0horse", "\u0958" * 24])
def test_a_hash_of_the_text_as_it_was_typed_still_opens_the_account(text: str) -> None:
    former = bcrypt.hashpw(text.encode(), bcrypt.gensalt(4))
    assert PASSWORDS.matches(text, former)
    assert not PASSWORDS.matches(text + "x", former)


def test_the_limit_of_bcrypt_counts_the_composed_form() -> None:
    decomposed = "e\u0301" * 36  # 108 bytes, and 72 once it is composed
    assert PASSWORDS.matches(decomposed, PASSWORDS.hash("\u00e9" * 36))


def test_without_an_account_as_many_hashes_are_computed_as_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[str] = []

    def counted(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def compute(*given: object) -> object:
            computed.append(name)
            return real(*given)

        return compute

    for name in ("hashpw", "checkpw"):
        monkeypatch.setattr(bcrypt, name, counted(name, getattr(bcrypt, name)))
    existing = PASSWORDS.hash("something else")
    computed.clear()
    for typed in (COMPOSED, DECOMPOSED):
        assert not PASSWORDS.matches(typed, None)
        assert not PASSWORDS.matches(typed, existing)
    assert (computed.count("hashpw"), computed.count("checkpw")) == (3, 3)
