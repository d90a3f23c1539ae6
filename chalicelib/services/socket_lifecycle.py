"""How websockets begin, stay alive and end."""

from chalicelib.clock import Clock
from chalicelib.errors import DevConnectError, OriginNotAllowed
from chalicelib.events.publisher import Publisher
from chalicelib.models.responses import TicketResponse
from chalicelib.push.delivery import Delivery
from chalicelib.security.tokens import TICKET_LIFETIME, Credentials, Tokens
from chalicelib.services.gate import Gate
from chalicelib.stores.presence import PresenceStore
from chalicelib.stores.sessions import SessionStore
from chalicelib.stores.sockets import SocketIdentity, SocketStore

MAX_SOCKETS = 20
"""How many websockets of one user may be online at once, as each is pushed to by whoever writes to him.

One more closes the one that was silent for longest.
"""


class SocketLifecycle:
    def __init__(
        self,
        *,
        gate: Gate,
        sessions: SessionStore,
        sockets: SocketStore,
        presence: PresenceStore,
        delivery: Delivery,
        publisher: Publisher,
        tokens: Tokens,
        clock: Clock,
        allowed_origins: frozenset[str],
        websocket_endpoint: str,
    ) -> None:
        self._gate = gate
        self._sessions = sessions
        self._sockets = sockets
        self._presence = presence
        self._delivery = delivery
        self._publisher = publisher
        self._tokens = tokens
        self._clock = clock
        self._allowed_origins = allowed_origins
        self._websocket_url = "ws" + websocket_endpoint.removeprefix("http")

    def ticket(self, credentials: Credentials) -> TicketResponse:
        """A ticket that opens one websocket. Raises Unauthorized, RateLimited, Unavailable."""
        self._gate.admit(credentials, "websocket-ticket")
        ticket = self._tokens.sign_ticket(credentials)
        lifetime = int(TICKET_LIFETIME.total_seconds())
        return TicketResponse(ticket=ticket, expiresIn=lifetime, url=f"{self._websocket_url}?ticket={ticket}")

    def connect(self, connection_id: str, credentials: Credentials, origin: str | None) -> None:
        """Open a socket, or leave no trace of it. Raises OriginNotAllowed, Unauthorized, RateLimited, Unavailable.

        The session is checked twice. Before anything is written, so that the token of one that has ended shows nobody
        online; and once the socket is stored: so a logout that comes between the two finds the socket, and one that
        came before is seen here.
        """
        if origin is not None and origin not in self._allowed_origins:
            raise OriginNotAllowed
        open_ones = self._presence.lookup_sockets(credentials.user_id)
        self._gate.admit(credentials, "connect", open_ones)
        # Those that were silent for longest are probably gone; one that lives connects again. Known before the new one
        # is stored: without Redis this asks MongoDB, which must neither count it nor fail after it.
        too_many = open_ones.resolve()[: max(0, len(open_ones.resolve()) + 1 - MAX_SOCKETS)]
        try:
            written = self._sockets.open(connection_id, credentials)
            self._gate.confirm(credentials)
            self._sessions.touch(credentials.session_id)
        except DevConnectError:
            self._sockets.undo(connection_id, credentials.user_id)
            raise
        with self._publisher.publishing(written):
            for silent_one in too_many:
                self._delivery.close(silent_one)

    def heartbeat(self, connection_id: str, identity: SocketIdentity) -> int | None:
        """Renew the presence of a socket; returns for how many seconds it is online without another.

        None where the socket is noted as closed. Raises Unauthorized, RateLimited, Unavailable.
        """
        self._gate.admit(identity.credentials, "register")
        renewed = self._sockets.renew(connection_id, identity)
        if renewed is None:
            return None
        if renewed.written is not None:
            self._publisher.publish(renewed.written)
        return int((renewed.until - self._clock()).total_seconds())

    def disconnect(self, connection_id: str) -> None:
        """A socket has closed; that this is told twice, or late, does no harm. Raises Unavailable."""
        written = self._sockets.close(connection_id)
        if written is not None:
            self._publisher.publish(written)
