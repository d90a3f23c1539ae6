"""A new password, which ends every session that began before it."""

import msgspec

from chalicelib.clients.redis_client import RedisClient
from chalicelib.errors import BadCredentials, Unauthorized
from chalicelib.events.publisher import Publisher
from chalicelib.models.requests import PasswordChange
from chalicelib.services.accounts import Accounts, Client, SignedIn
from chalicelib.services.ended_sockets import EndedSockets
from chalicelib.services.gate import Gate
from chalicelib.services.passwords import Passwords
from chalicelib.services.rate_limit import RateLimits
from chalicelib.services.session_epochs import SessionEpochs
from chalicelib.services.tokens import Credentials
from chalicelib.services.users import Users

_WRONG = "The current password is wrong."


class PasswordChanges:
    def __init__(
        self,
        redis: RedisClient,
        gate: Gate,
        users: Users,
        epochs: SessionEpochs,
        sockets: EndedSockets,
        accounts: Accounts,
        passwords: Passwords,
        limits: RateLimits,
        publisher: Publisher,
    ) -> None:
        self._redis = redis
        self._gate = gate
        self._users = users
        self._epochs = epochs
        self._sockets = sockets
        self._accounts = accounts
        self._passwords = passwords
        self._limits = limits
        self._publisher = publisher

    def change(self, credentials: Credentials, change: PasswordChange, client: Client) -> SignedIn:
        """Set a new password, end all sessions and begin a new one. A wrong guess counts as a failed login.

        Raises BadCredentials, Unauthorized, RateLimited, Unavailable.
        """
        admitted = self._gate.admit(credentials, "password").user
        record = self._users.read_for_login(admitted.emailId)
        if record is None or record.user.sessionEpoch != admitted.sessionEpoch:
            self._users.forget(admitted.userId)  # the cached user was older than the truth
            raise Unauthorized
        attempt = self._limits.guarded_attempt(admitted.emailId, "login")
        self._redis.fetch(attempt.count)
        attempt.check()
        if not self._passwords.matches(change.currentPassword, record.password_hash):
            raise BadCredentials(_WRONG)
        new_hash = self._passwords.hash(change.newPassword)
        written = self._epochs.begin_with_password(record.user, verified=record.password_hash, new=new_hash)
        if written is None:
            raise BadCredentials(_WRONG)  # it was right, until another request changed it
        user = msgspec.structs.replace(record.user, sessionEpoch=record.user.sessionEpoch + 1)
        with self._publisher.publishing(written):
            # Before the pushes to the old sockets, which may take longer than MongoDB's share of a request.
            signed_in = self._accounts.begin_session(user, client, [attempt], login=False)
            self._sockets.end_before(user.userId, user.sessionEpoch)
            return signed_in
