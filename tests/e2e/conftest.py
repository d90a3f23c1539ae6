"""The people that end-to-end tests ask for."""

from tests.e2e.moderators import mod
from tests.e2e.people import ada, bob, make_person

__all__ = ["ada", "bob", "make_person", "mod"]
