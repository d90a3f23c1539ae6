class LocalError(Exception):
    """A sentence for the person at the terminal: why the local system cannot start or go on."""
