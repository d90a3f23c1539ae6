class PackageError(Exception):
    """The package cannot be built; the message is a sentence for the person at the terminal."""
