class RehearsalError(Exception):
    """The rehearsal cannot go on; the message is a sentence for the person at the terminal."""
