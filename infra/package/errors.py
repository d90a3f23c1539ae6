class PackageError(Exception):
    """A sentence for the person at the terminal: why there is no package."""
