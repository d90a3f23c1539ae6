"""A signed-in user proves once more that they are who they are: by their password."""

from dataclasses import dataclass

from chalicelib.clients.redis.client import RedisClient
from chalicelib.errors import BadCredentials, Unauthorized
from chalicelib.security.passwords import Passwords
from chalicelib.security.rate_limits import Attempt, RateLimits
from chalicelib.security.tokens import Credentials
from chalicelib.stores.users import LoginRecord, User, UserStore

WRONG_GUESS = "The current password is wrong."


@dataclass(frozen=True, kw_only=True)
class OwnPassword:
    redis: RedisClient
    users: UserStore
    passwords: Passwords
    rate_limits: RateLimits

    def verify(self, credentials: Credentials, admitted: User, password: str) -> tuple[LoginRecord, Attempt]:
        """Check the password of a user whom the gate has admitted. Returns their record, and the attempt to take back.

        Wrong passwords are counted by session: strangers who guess at the account cannot keep its owner from this, and
        whoever holds a stolen session guesses no faster than at a login.

        Raises BadCredentials, Unauthorized, RateLimited, Unavailable.
        """
        record = self.users.read_for_login(admitted.emailId)
        if record is None or record.user.userId != admitted.userId or record.user.sessionEpoch != admitted.sessionEpoch:
            self.users.forget(admitted.userId)  # the cached copy was stale
            raise Unauthorized
        attempt = self.rate_limits.guarded_attempt(credentials.session_id, "login")
        self.redis.fetch(attempt.count_lookup)
        attempt.check()
        if not self.passwords.matches(password, record.password_hash):
            raise BadCredentials(WRONG_GUESS)
        return record, attempt
