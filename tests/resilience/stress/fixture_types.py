"""The types of the fixtures of this folder."""

from collections.abc import Callable

from chalicelib.security.tokens import Credentials

Say = Callable[[str], None]


MakePeople = Callable[[int], tuple[Credentials, ...]]
