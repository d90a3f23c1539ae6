"""One user's profile, which is edited and read while functions of two releases answer.

Only the next version knows the `headline` of a profile: its answers have one, if only null, and it takes one.
"""

from collections import Counter
from dataclasses import dataclass, field

import httpx
from bson import ObjectId
from pymongo import MongoClient

from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.next_version import HEADLINE_CHARACTERS
from infra.rehearsal.user import User

_ROUNDS = 20
_READS = 3
_ATTEMPTS = 30


@dataclass
class Headlines:
    """`owner` edits their own profile, `reader` reads it. `answers` counts, by release, who answered the reader."""

    owner: User
    reader: User
    mongodb_uri: str
    headline: str | None = None
    about: str | None = None
    refused: int = 0
    answers: Counter[str] = field(default_factory=Counter)

    def edit_among_both(self) -> None:
        """Edit and read while both releases answer. Raises RehearsalError where a reader misses an edit.

        Either release edits what it knows, and must leave the rest as it is.
        """
        for number in range(_ROUNDS):
            self._set_headline(f"Headline {number}")
            self._set_about(f"About {number}")
            self._read()
        if not self.refused or self.answers.keys() != {"present", "next"}:
            raise RehearsalError(f"Only one release has answered: {dict(self.answers)}, {self.refused} refusals.")

    def require_next(self) -> None:
        """Raises RehearsalError where another release than the next answers, or its setting has no effect."""
        self.answers.clear()
        self._read()
        if self.answers.keys() != {"next"}:
            raise RehearsalError("After the deployment, functions of the former release still answer.")
        longer = self.owner.request("PATCH", "profile", {"headline": "x" * (HEADLINE_CHARACTERS + 1)})
        if longer.status_code != httpx.codes.BAD_REQUEST:
            raise RehearsalError(f"HEADLINE_CHARACTERS has no effect: {longer.status_code} {longer.text}")

    def require_present(self) -> None:
        """Raises RehearsalError where another release than the present one answers, or an edit erases the headline."""
        self.answers.clear()
        self._set_about("About after the rollback")
        self._read()
        if self.answers.keys() != {"present"}:
            raise RehearsalError("After the rollback, functions of the next release still answer.")
        with MongoClient[dict[str, object]](self.mongodb_uri) as client:
            document = client.get_default_database()["users"].find_one({"_id": ObjectId(self.owner.user_id)}) or {}
        if (document.get("headline"), document.get("about")) != (self.headline, self.about):
            raise RehearsalError(f"The rollback has changed a profile: its headline is {document.get('headline')}.")

    def _set_headline(self, text: str) -> None:
        """The former release refuses a field that it does not know, so a client would offer it later."""
        for _ in range(_ATTEMPTS):
            answer = self.owner.request("PATCH", "profile", {"headline": text})
            if answer.is_success:
                self.headline = text
                return
            if answer.status_code != httpx.codes.BAD_REQUEST:
                raise RehearsalError(f"A headline cannot be set: {answer.status_code} {answer.text}")
            self.refused += 1
        raise RehearsalError("No function takes a headline.")

    def _set_about(self, text: str) -> None:
        answer = self.owner.request("PATCH", "profile", {"about": text})
        if not answer.is_success:
            raise RehearsalError(f"A profile cannot be edited: {answer.status_code} {answer.text}")
        self.about = text

    def _read(self) -> None:
        for _ in range(_READS):
            profile = self.reader.request("GET", f"users/{self.owner.user_id}").json()
            release = "next" if "headline" in profile else "present"
            self.answers[release] += 1
            seen = (profile.get("about"), profile.get("headline", self.headline))
            if seen != (self.about, self.headline):
                raise RehearsalError(f"The {release} release shows {seen} after {(self.about, self.headline)}.")
