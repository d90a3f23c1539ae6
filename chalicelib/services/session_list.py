"""The sessions of a user: where he is logged in."""

from chalicelib.clock import iso
from chalicelib.models import fields
from chalicelib.models.answers import OpenSessionAnswer, SessionsAnswer
from chalicelib.services.gate import Gate
from chalicelib.services.sessions import Sessions
from chalicelib.services.tokens import Credentials


class SessionList:
    def __init__(self, gate: Gate, sessions: Sessions) -> None:
        self._gate = gate
        self._sessions = sessions

    def open(self, credentials: Credentials) -> SessionsAnswer:
        """One's open sessions, the newest use first, MAX_PAGE at most.

        Raises Unauthorized, RateLimited, Unavailable.
        """
        user = self._gate.admit(credentials, "sessions").user
        return SessionsAnswer(
            sessions=[
                OpenSessionAnswer(
                    sessionId=session["_id"],
                    createdAt=iso(session["createdAt"]),
                    lastUsedAt=iso(session["lastUsedAt"]),
                    ip=session["ip"],
                    userAgent=session["userAgent"],
                    current=session["_id"] == credentials.session_id,
                )
                for session in self._sessions.open(user.userId, user.sessionEpoch, fields.MAX_PAGE)
            ]
        )
