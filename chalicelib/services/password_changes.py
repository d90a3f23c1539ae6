"""Password changes: a new password ends every session that began before it."""

from dataclasses import dataclass

import msgspec

from chalicelib.errors import BadCredentials, BadRequest
from chalicelib.events.publisher import Publisher
from chalicelib.models.passwords import check_not_of_address
from chalicelib.models.requests import PasswordChange
from chalicelib.push.ended_sockets import EndedSockets
from chalicelib.security.passwords import Passwords
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import Accounts, ClientIdentity, NewSession
from chalicelib.services.gate import Gate
from chalicelib.services.own_password import WRONG_GUESS, OwnPassword
from chalicelib.stores.session_epochs import SessionEpochs


@dataclass(frozen=True, kw_only=True)
class PasswordChanges:
    gate: Gate
    own_password: OwnPassword
    session_epochs: SessionEpochs
    ended_sockets: EndedSockets
    accounts: Accounts
    passwords: Passwords
    publisher: Publisher

    def change(self, credentials: Credentials, change: PasswordChange, client: ClientIdentity) -> NewSession:
        """Set a new password, end all sessions and begin a new one.

        Raises BadRequest, BadCredentials, Unauthorized, RateLimited, Unavailable.
        """
        admitted = self.gate.admit(credentials, "password").user
        try:
            check_not_of_address(change.newPassword, admitted.emailId)
        except ValueError as error:
            raise BadRequest({"newPassword": f"it {error}"}) from error
        record, attempt = self.own_password.verify(credentials, admitted, change.currentPassword)
        new_hash = self.passwords.hash(change.newPassword)
        written = self.session_epochs.begin_with_password(
            record.user, verified=record.password_hash, new=new_hash, network=client.network
        )
        if written is None:
            raise BadCredentials(WRONG_GUESS)  # it was right until another request changed it
        user = msgspec.structs.replace(record.user, sessionEpoch=record.user.sessionEpoch + 1)
        with self.publisher.publishing(written):
            # Begun before the pushes to the old sockets, which may take longer than MongoDB's share of a request.
            session = self.accounts.begin_session(user, client, [attempt], login=False)
            self.ended_sockets.end_before(user.userId, user.sessionEpoch)
            return session
