class RehearsalError(Exception):
    """A sentence for the person at the terminal: why the rehearsal cannot go on."""
