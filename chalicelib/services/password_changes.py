"""Password changes: a new password ends every session that began before it."""

from dataclasses import dataclass

import msgspec

from chalicelib.clients.redis.client import RedisClient
from chalicelib.errors import BadCredentials, BadRequest, Unauthorized
from chalicelib.events.publisher import Publisher
from chalicelib.models.passwords import check_not_of_address
from chalicelib.models.requests import PasswordChange
from chalicelib.push.ended_sockets import EndedSockets
from chalicelib.security.passwords import Passwords
from chalicelib.security.rate_limits import RateLimits
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import Accounts, ClientIdentity, NewSession
from chalicelib.services.gate import Gate
from chalicelib.stores.session_epochs import SessionEpochs
from chalicelib.stores.users import UserStore

_WRONG_GUESS = "The current password is wrong."


@dataclass(frozen=True, kw_only=True)
class PasswordChanges:
    redis: RedisClient
    gate: Gate
    users: UserStore
    session_epochs: SessionEpochs
    ended_sockets: EndedSockets
    accounts: Accounts
    passwords: Passwords
    rate_limits: RateLimits
    publisher: Publisher

    def change(self, credentials: Credentials, change: PasswordChange, client: ClientIdentity) -> NewSession:
        """Set a new password, end all sessions and begin a new one.

        Wrong current passwords are counted by session: strangers who guess at the account cannot keep its owner from
        this, and whoever holds a stolen session guesses no faster than at a login.

        Raises BadRequest, BadCredentials, Unauthorized, RateLimited, Unavailable.
        """
        admitted = self.gate.admit(credentials, "password").user
        try:
            check_not_of_address(change.newPassword, admitted.emailId)
        except ValueError as error:
            raise BadRequest({"newPassword": f"it {error}"}) from error
        record = self.users.read_for_login(admitted.emailId)
        if record is None or record.user.sessionEpoch != admitted.sessionEpoch:
            self.users.forget(admitted.userId)  # the cached copy was stale
            raise Unauthorized
        attempt = self.rate_limits.guarded_attempt(credentials.session_id, "login")
        self.redis.fetch(attempt.count_lookup)
        attempt.check()
        if not self.passwords.matches(change.currentPassword, record.password_hash):
            raise BadCredentials(_WRONG_GUESS)
        new_hash = self.passwords.hash(change.newPassword)
        written = self.session_epochs.begin_with_password(
            record.user, verified=record.password_hash, new=new_hash, network=client.network
        )
        if written is None:
            raise BadCredentials(_WRONG_GUESS)  # it was right until another request changed it
        user = msgspec.structs.replace(record.user, sessionEpoch=record.user.sessionEpoch + 1)
        with self.publisher.publishing(written):
            # Begun before the pushes to the old sockets, which may take longer than MongoDB's share of a request.
            session = self.accounts.begin_session(user, client, [attempt], login=False)
            self.ended_sockets.end_before(user.userId, user.sessionEpoch)
            return session
