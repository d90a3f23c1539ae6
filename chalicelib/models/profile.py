"""The profile of a user: what others see, and how MongoDB keeps it.

A further field is added in three places: its rule in `fields.py`, what a client may change in `requests.py`
(`ProfileChange`), and here.
"""

from typing import TypedDict

import msgspec

from chalicelib.models import response_fields


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A user as others see them. The cached user and the API's responses extend it."""

    userId: response_fields.UserId
    firstName: response_fields.Name
    lastName: response_fields.Name
    about: str | None
    skills: list[str]
    photoUrl: response_fields.PhotoUrl | None
    age: int | None
    gender: str | None


class ProfileDocument(TypedDict):
    """The part of a user's document that the user fills in after signing up."""

    about: str | None
    skills: list[str]
    photoUrl: str | None
    age: int | None
    gender: str | None


def empty_profile() -> ProfileDocument:
    """The profile that an account begins with."""
    return ProfileDocument(about=None, skills=[], photoUrl=None, age=None, gender=None)
