"""A chat in the terminal, for the local system; see __main__.py."""
