class LocalError(Exception):
    """The local system cannot start or continue; the message is a sentence for the person at the terminal."""
