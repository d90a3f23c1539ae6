"""Password hashes (bcrypt)."""

from dataclasses import dataclass

import bcrypt

from chalicelib.models.passwords import accepted_forms, normalized


@dataclass(frozen=True)
class Passwords:
    rounds: int

    def hash(self, password: str) -> bytes:
        """Return the hash of a new password, in its one form."""
        return self._hash(normalized(password))

    def matches(self, password: str, password_hash: bytes | None) -> bool:
        """Whether the password is right. Without a hash the result is False, after the same time as with one.

        Otherwise the response time would reveal which accounts exist. A hash may be older than the rule that there is
        one form, so the text itself is tried too, where it differs.
        """
        forms = accepted_forms(password)
        if password_hash is None:
            for form in forms:
                self._hash(form)
            return False
        matching = [bcrypt.checkpw(form.encode(), password_hash) for form in forms]
        return any(matching)

    def _hash(self, form: str) -> bytes:
        return bcrypt.hashpw(form.encode(), bcrypt.gensalt(self.rounds))
