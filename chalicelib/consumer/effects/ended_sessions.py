"""Cleans up after ended sessions again, as the request that ended a session may have died before it did.

Besides, a fail-over of Redis can have lost the deletion of a cached copy, and for a socket that is still connecting,
API Gateway responds with 410 although it opens a moment later.
"""

from collections.abc import Sequence

import msgspec

from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import UserLogout
from chalicelib.push.ended_sockets import EndedSockets
from chalicelib.stores.push_subscriptions import PushSubscriptions
from chalicelib.stores.sessions import SessionStore
from chalicelib.stores.users import UserStore


class EndedSessions:
    """Deletes the cached copies and the subscriptions to web push, and marks the open sockets.

    A periodic task ends these with `EndedSockets.end_marked`.

    That is a task of its own so that no batch has to wait for a socket whose state is not clear yet, or for an API that
    does not respond.
    """

    def __init__(
        self, users: UserStore, sessions: SessionStore, sockets: EndedSockets, subscriptions: PushSubscriptions
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._sockets = sockets
        self._subscriptions = subscriptions

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        session_ids: list[str] = []
        epochs: dict[str, int] = {}
        for event in events:
            ended = msgspec.convert(event.data, UserLogout)
            if ended.sessionId is not None:
                session_ids.append(ended.sessionId)
            elif ended.epoch is not None:
                epochs[event.userId] = max(ended.epoch, epochs.get(event.userId, 0))
        if session_ids:
            self._sessions.forget(*session_ids)
            self._sockets.mark(session_ids)
            self._subscriptions.end_sessions(session_ids)
        if epochs:
            self._users.forget(*epochs)
        for user_id, epoch in epochs.items():
            self._sockets.mark_before(user_id, epoch)
            self._subscriptions.end_before(user_id, epoch)
