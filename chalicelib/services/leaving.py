"""A user leaves: the account ends at once, and a task of the consumer erases what else is personal."""

from dataclasses import dataclass

from chalicelib.errors import BadCredentials
from chalicelib.events.publisher import Publisher
from chalicelib.models.requests import Leave
from chalicelib.push.ended_sockets import EndedSockets
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.services.own_password import WRONG_GUESS, OwnPassword
from chalicelib.stores.session_epochs import SessionEpochs


@dataclass(frozen=True, kw_only=True)
class Leaving:
    gate: Gate
    own_password: OwnPassword
    session_epochs: SessionEpochs
    ended_sockets: EndedSockets
    publisher: Publisher

    def leave(self, credentials: Credentials, leave: Leave) -> None:
        """End the account: one write empties the profile, frees the address and ends all sessions.

        Raises BadCredentials, Unauthorized, RateLimited, Unavailable.
        """
        admitted = self.gate.admit(credentials, "profile").user
        record, _ = self.own_password.verify(credentials, admitted, leave.currentPassword)
        user = record.user
        written = self.session_epochs.begin_with_erasure(record)
        if written is None:
            raise BadCredentials(WRONG_GUESS)  # it was right until another request changed it
        with self.publisher.publishing(written):
            self.ended_sockets.end_before(user.userId, user.sessionEpoch + 1)
