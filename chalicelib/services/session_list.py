"""The session list: where a user is logged in."""

from dataclasses import dataclass

from chalicelib.clock import iso
from chalicelib.errors import BadRequest
from chalicelib.models.requests import SessionsQuery
from chalicelib.models.responses import OpenSessionResponse, SessionsResponse
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.sessions import SessionStore


@dataclass(frozen=True, kw_only=True)
class SessionList:
    gate: Gate
    sessions: SessionStore

    def open_sessions(self, credentials: Credentials, query: SessionsQuery) -> SessionsResponse:
        """Return a page of the user's open sessions, the newest use first.

        Raises BadRequest where `before` is no session of this user, Unauthorized, RateLimited, Unavailable.
        """
        user = self.gate.admit(credentials, "sessions").user
        last = None
        if query.before is not None:
            last = self.sessions.find(user.userId, query.before)
            if last is None:
                raise BadRequest({"before": "you have no such session"})
        found = self.sessions.find_open(user.userId, user.sessionEpoch, query.limit + 1, after=last)
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
                for session in found[: query.limit]
            ],
            hasMore=len(found) > query.limit,
        )
