"""What a session's end leaves behind, done once more: the request that ended it may have died on its way.

A Redis fail-over can have lost the deletion of the cached session, and a socket that was still connecting answers 410
and opens a moment later.
"""

from collections.abc import Sequence

import msgspec

from chalicelib.events.envelope import Envelope
from chalicelib.models.event_data import UserLogout
from chalicelib.services.delivery import Delivery
from chalicelib.services.push import Outcome
from chalicelib.services.sessions import Sessions
from chalicelib.services.sockets import Sockets

BATCH = 100


class EndedSessions:
    """Deletes the cached session and marks its open sockets; `close_remaining`, called every few seconds, ends them.

    It stands by itself, so that a socket which cannot be judged yet, or an API that does not answer, holds no batch.
    """

    def __init__(self, sessions: Sessions, sockets: Sockets, delivery: Delivery) -> None:
        self._sessions = sessions
        self._sockets = sockets
        self._delivery = delivery

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        logouts = [msgspec.convert(event.data, UserLogout) for event in events if event.eventType == "USER_LOGOUT"]
        ended = [logout.sessionId for logout in logouts if logout.sessionId is not None]
        if ended:
            self._sessions.forget(*ended)
            self._sockets.note_ended(ended)

    def close_remaining(self) -> None:
        """Tell and close open sockets of ended sessions, BATCH at most; one that may still be connecting stays marked.

        It ends where the @connections API cannot be reached, and so blocks for one time-out at most. May be called by
        several processes at once. Raises Unavailable.
        """
        for socket in self._sockets.of_ended_sessions(BATCH):
            if self._delivery.end_remaining(socket["userId"], socket["_id"]) is Outcome.FAILED:
                return
