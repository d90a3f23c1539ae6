"""What a page is told that may not use the API."""

import pytest

from chalicelib.handlers.cors import not_allowed


@pytest.mark.parametrize(
    ("origin", "allowed", "end"),
    [
        ("http://127.0.0.1:3000", {"http://localhost:3000"}, "but those of http://localhost:3000 may."),
        ("http://localhost:3000", {"http://127.0.0.1:3000"}, "but those of http://127.0.0.1:3000 may."),
        ("http://localhost:3001", {"http://127.0.0.1:3000"}, "ALLOWED_ORIGINS does not list them."),
        ("https://evil.example", set[str](), "ALLOWED_ORIGINS does not list them."),
    ],
)
def test_the_error_says_what_to_do(origin: str, allowed: set[str], end: str) -> None:
    sentence = str(not_allowed(origin, allowed))
    assert sentence.startswith(f"Pages of {origin} may not use this API")
    assert sentence.endswith(end)


def test_a_long_origin_is_cut() -> None:
    assert len(str(not_allowed("x" * 8_000, set()))) < 200
