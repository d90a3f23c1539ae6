"""Email addresses: which texts are one, and the one form of each that is stored, compared and written to.

email-validator knows the RFCs (5321, 6531, 5891). It is imported where an address is parsed, as its import takes 40 ms,
which the first request of a process would pay for.
"""

from unicodedata import normalize

_WRONG = "it is not an email address"


def canonical_address(text: str) -> str:
    """Return the one form of an address: in NFC, with its case folded, and with the domain's labels in Unicode.

    Two ways to write an address that have the same form are taken for one mailbox. The form is checked as an address of
    its own, as folding may make it longer or shorter. Raises ValueError.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - see above

    try:
        # Parsed again until it stays the same: what folding makes may be composed anew, and is then folded once more.
        for _ in range(3):
            parsed = validate_email(text, check_deliverability=False, strict=True)
            canonical = f"{_folded(parsed.local_part)}@{parsed.domain}"
            if canonical == text:
                return canonical
            text = canonical
    except EmailNotValidError as error:
        raise ValueError(_WRONG) from error
    raise ValueError(_WRONG)


def deliverable_address(address: str) -> str:
    """Return an address with its domain in ASCII (RFC 5890, A-labels), as SES takes it. Raises ValueError."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - see above

    try:
        parsed = validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError(_WRONG) from error
    return f"{parsed.local_part}@{parsed.ascii_domain}"


def _folded(local_part: str) -> str:
    # Canonical caseless matching (The Unicode Standard, 3.13, D145) decomposes first; what is stored is composed.
    return normalize("NFC", normalize("NFD", local_part).casefold())
