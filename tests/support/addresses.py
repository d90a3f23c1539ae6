"""Addresses that no other test uses, of mail and of clients, so that no test needs an empty database; a closed port."""

import secrets

CLOSED_PORT = 9
"""The port of the discard service. Nothing listens there, so a connection is refused at once."""


def email() -> str:
    return f"user-{secrets.token_hex(8)}@example.org"


def address() -> str:
    """A loopback address for one test client. Each client thus has its own rate limits, as on the internet."""
    return f"127.{secrets.randbelow(254) + 1}.{secrets.randbelow(254) + 1}.{secrets.randbelow(253) + 2}"
