"""What a session's end leaves behind, done once more: the request that ended it may have died on its way.

A Redis fail-over can have lost the deletion of a cached copy, and a socket that was still connecting answers 410
and opens a moment later.
"""

from collections.abc import Sequence

import msgspec

from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import UserLogout
from chalicelib.push.ended_sockets import EndedSockets
from chalicelib.stores.sessions import SessionStore
from chalicelib.stores.users import UserStore


class EndedSessions:
    """Deletes the cached copies and marks the open sockets; `EndedSockets.end_marked`, called every few seconds, ends
    them.

    It stands by itself, so that a socket which cannot be judged yet, or an API that does not answer, holds no batch.
    """

    def __init__(self, users: UserStore, sessions: SessionStore, sockets: EndedSockets) -> None:
        self._users = users
        self._sessions = sessions
        self._sockets = sockets

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        session_ids: list[str] = []
        epochs: dict[str, int] = {}
        for event in events:
            if event.eventType != "USER_LOGOUT":
                continue
            ended = msgspec.convert(event.data, UserLogout)
            if ended.sessionId is not None:
                session_ids.append(ended.sessionId)
            elif ended.epoch is not None:
                epochs[event.userId] = max(ended.epoch, epochs.get(event.userId, 0))
        if session_ids:
            self._sessions.forget(*session_ids)
            self._sockets.mark(session_ids)
        if epochs:
            self._users.forget(*epochs)
        for user_id, epoch in epochs.items():
            self._sockets.mark_before(user_id, epoch)
