"""The session list: where a user is logged in."""

from dataclasses import dataclass

from chalicelib.clock import iso
from chalicelib.models import fields
from chalicelib.models.responses import OpenSessionResponse, SessionsResponse
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.sessions import SessionStore


@dataclass(frozen=True, kw_only=True)
class SessionList:
    gate: Gate
    sessions: SessionStore

    def open_sessions(self, credentials: Credentials) -> SessionsResponse:
        """Return the user's open sessions, the newest use first, MAX_PAGE at most.

        Raises Unauthorized, RateLimited, Unavailable.
        """
        user = self.gate.admit(credentials, "sessions").user
        return SessionsResponse(
            sessions=[
                OpenSessionResponse(
                    sessionId=session["_id"],
                    createdAt=iso(session["createdAt"]),
                    lastUsedAt=iso(session["lastUsedAt"]),
                    ip=session["ip"],
                    userAgent=session["userAgent"],
                    current=session["_id"] == credentials.session_id,
                )
                for session in self.sessions.find_open(user.userId, user.sessionEpoch, fields.MAX_PAGE)
            ]
        )
