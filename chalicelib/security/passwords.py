"""Password hashes (bcrypt)."""

from dataclasses import dataclass

import bcrypt


@dataclass(frozen=True)
class Passwords:
    rounds: int

    def hash(self, password: str) -> bytes:
        return bcrypt.hashpw(password.encode(), bcrypt.gensalt(self.rounds))

    def matches(self, password: str, password_hash: bytes | None) -> bool:
        """Whether the password is right. Without a hash the result is False, after the same time as with one.

        Otherwise the response time would reveal which accounts exist.
        """
        if password_hash is None:
            self.hash(password)
            return False
        return bcrypt.checkpw(password.encode(), password_hash)
