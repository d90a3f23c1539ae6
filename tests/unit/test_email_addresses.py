"""Email addresses: what is one, and the one form that is stored and compared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.email_addresses import canonical_address, deliverable_address


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("ada@example.org", "ada@example.org"),
        ("Ada.Lovelace+mail@EXAMPLE.org", "ada.lovelace+mail@example.org"),
        ("e\u0301va@example.org", "\u00e9va@example.org"),
        ("\u00c9VA@example.org", "\u00e9va@example.org"),
        ("STRASSE@example.org", "strasse@example.org"),
        ("stra\u00dfe@example.org", "strasse@example.org"),
        ("\u039f\u0394\u039f\u03a3@example.org", "\u03bf\u03b4\u03bf\u03c3@example.org"),
        ("\u03bf\u03b4\u03bf\u03c2@example.org", "\u03bf\u03b4\u03bf\u03c3@example.org"),
        ("ada@B\u00dcCHER.example", "ada@b\u00fccher.example"),
        ("ada@xn--bcher-kva.example", "ada@b\u00fccher.example"),
        ("ada@bu\u0308cher.example", "ada@b\u00fccher.example"),
        ("x" * 64 + "@example.org", "x" * 64 + "@example.org"),
    ],
)
def test_one_mailbox_has_one_form_and_the_form_is_its_own(written: str, canonical: str) -> None:
    assert canonical_address(written) == canonical
    assert canonical_address(canonical) == canonical


@pytest.mark.parametrize(
    "text",
    [
        *("", "ada", "ada@", "@example.org", "ada@example", "a@b@example.org", "ada @example.org"),
        *("<ada@example.org>", "Ada<ada@example.org>", "Ada <ada@example.org>", '"ada"@example.org'),
        *("ada,eve@example.org", "ada@example.org,eve@example.org", "ada;eve@example.org", "(x)ada@example.org"),
        *("ad\u200ba@example.org", "ad\u202ea@example.org", "ad\u2067a@example.org", "ad\u00ada@example.org"),
        *("ada@exa\u202emple.org", "ada\ufeff@example.org", "ad\u3000a@example.org", "\u0301da@example.org"),
        *("ada@example.org\r\nBcc: eve@example.org", "ada@[127.0.0.1]", "ada@localhost", "ada@1.2.3.4"),
        *(".ada@example.org", "ada.@example.org", "a..b@example.org", "ada@-example.org", "ada@exa_mple.org"),
        *("x" * 65 + "@example.org", "ada@" + "y" * 64 + ".org", "ada@" + ("y" * 60 + ".") * 5 + "org"),
        "\u0130" * 60 + "@example.org",  # twice as long when its case is folded
        "\u00e9" * 64 + "@" + ("y" * 60 + ".") * 2 + "info",  # 254 octets are counted, not characters
    ],
)
def test_what_is_no_address_of_a_mailbox_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="it is not an email address"):
        canonical_address(text)


@settings(deadline=None)  # the machine may be busy
@given(st.text(min_size=1, max_size=70), st.sampled_from(["example.org", "b\u00fccher.example"]))
def test_the_form_of_any_address_that_is_taken_is_stable(local: str, domain: str) -> None:
    try:
        canonical = canonical_address(f"{local}@{domain}")
    except ValueError:
        return
    assert canonical_address(canonical) == canonical
    assert len(canonical.encode()) <= 254


def test_a_mail_server_is_told_the_domain_in_ascii() -> None:
    assert deliverable_address("ada@b\u00fccher.example") == "ada@xn--bcher-kva.example"


@pytest.mark.parametrize("stored", ["<ada@example.org>", "free money<ada@example.org>", "ada@example.org,eve@x.org"])
def test_an_address_of_a_former_rule_is_not_delivered_to(stored: str) -> None:
    with pytest.raises(ValueError, match="it is not an email address"):
        deliverable_address(stored)
