"""Names for test users, none of which is used twice; so tests need no clean database."""

import secrets


def email() -> str:
    return f"user-{secrets.token_hex(8)}@example.org"


def address() -> str:
    """A loopback address of one's own: each test client has its own rate limits, as they have on the internet."""
    return f"127.{secrets.randbelow(254) + 1}.{secrets.randbelow(254) + 1}.{secrets.randbelow(253) + 2}"
