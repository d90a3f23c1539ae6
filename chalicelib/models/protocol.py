"""The version of what clients see: docs/protocol/CHANGELOG.md has its rules, and says what each one brought."""

PROTOCOL_VERSION = "1.0"
"""Major and minor, of which a client compares the first: it stays while no change breaks a client."""
