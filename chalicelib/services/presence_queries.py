"""Who asks for whose presence."""

from collections.abc import Sequence

from chalicelib.models.answers import PresenceState
from chalicelib.services.gate import Gate
from chalicelib.services.presence import Presence
from chalicelib.services.tokens import Credentials


class PresenceQueries:
    def __init__(self, gate: Gate, presence: Presence) -> None:
        self._gate = gate
        self._presence = presence

    def states(self, credentials: Credentials, user_ids: Sequence[str]) -> list[PresenceState]:
        """The states of users, in the order asked for. Raises Unauthorized, RateLimited, Unavailable."""
        states = self._presence.states(user_ids)
        self._gate.admit(credentials, "presence", states)
        return states.value
