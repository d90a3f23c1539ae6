"""Logout: ends the current session, another session of the user, or all of them."""

from dataclasses import dataclass

from chalicelib.errors import NotFound, Unauthorized
from chalicelib.events.publisher import Publisher
from chalicelib.push.ended_sockets import EndedSockets
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.session_epochs import SessionEpochs
from chalicelib.stores.sessions import SessionStore


@dataclass(frozen=True, kw_only=True)
class Logout:
    """The sockets of a session that ends are told and closed.

    Every method raises Unauthorized, RateLimited and Unavailable.
    """

    gate: Gate
    sessions: SessionStore
    session_epochs: SessionEpochs
    ended_sockets: EndedSockets
    publisher: Publisher

    def log_out(self, credentials: Credentials) -> None:
        """End the current session."""
        self.gate.admit(credentials, "logout")
        self._end(credentials.user_id, credentials.session_id, "logout")

    def log_out_everywhere(self, credentials: Credentials) -> None:
        """End every session of the user."""
        user = self.gate.admit(credentials, "logout-all").user
        written = self.session_epochs.begin(user)
        if written is None:
            raise Unauthorized  # another request has just ended all sessions, this one too
        with self.publisher.publishing(written):
            self.ended_sockets.end_before(user.userId, user.sessionEpoch + 1)

    def revoke(self, credentials: Credentials, session_id: str) -> None:
        """End a session of the user, the current one or another. Raises NotFound for an unknown or ended session."""
        self.gate.admit(credentials, "sessions")
        if not self._end(credentials.user_id, session_id, "revoked"):
            raise NotFound("You have no such session.")

    def _end(self, user_id: str, session_id: str, reason: str) -> bool:
        """End a session. Returns False where there was none to end."""
        written = self.sessions.end(session_id, user_id, reason)
        if written is None:
            return False
        with self.publisher.publishing(written):
            self.ended_sockets.end_session(user_id, session_id)
        return True
