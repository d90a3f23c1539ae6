"""A terminal chat for the local system; see __main__.py."""
