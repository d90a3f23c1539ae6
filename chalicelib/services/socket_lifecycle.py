"""The lifecycle of a websocket: ticket, connect, heartbeat, disconnect."""

from chalicelib.clock import Clock
from chalicelib.errors import DevConnectError, OriginNotAllowed, RateLimited
from chalicelib.events.publisher import Publisher
from chalicelib.models.responses import TicketResponse
from chalicelib.push.delivery import Delivery
from chalicelib.security.tokens import TICKET_LIFETIME, Credentials, Tokens
from chalicelib.services.gate import Gate
from chalicelib.stores.sessions import SessionStore
from chalicelib.stores.sockets import SocketIdentity, SocketStore

MAX_SOCKETS = 20
"""How many websockets of one user may be open at once, as every message to the user is pushed to each that is online.

One more evicts the socket that has been silent for longest. A socket counts while it is open, also where its presence
has ended: a heartbeat may bring it back.
"""


class SocketLifecycle:
    def __init__(
        self,
        *,
        gate: Gate,
        sessions: SessionStore,
        sockets: SocketStore,
        delivery: Delivery,
        publisher: Publisher,
        tokens: Tokens,
        clock: Clock,
        allowed_origins: frozenset[str],
        websocket_url: str,
    ) -> None:
        self._gate = gate
        self._sessions = sessions
        self._sockets = sockets
        self._delivery = delivery
        self._publisher = publisher
        self._tokens = tokens
        self._clock = clock
        self._allowed_origins = allowed_origins
        self._websocket_url = websocket_url

    def ticket(self, credentials: Credentials) -> TicketResponse:
        """Return a ticket that opens one websocket. Raises Unauthorized, RateLimited, Unavailable."""
        self._gate.admit(credentials, "websocket-ticket")
        ticket = self._tokens.sign_ticket(credentials)
        lifetime = int(TICKET_LIFETIME.total_seconds())
        return TicketResponse(ticket=ticket, expiresIn=lifetime, url=f"{self._websocket_url}?ticket={ticket}")

    def connect(self, connection_id: str, credentials: Credentials, origin: str | None) -> None:
        """Open a socket, or leave no trace of it. Raises OriginNotAllowed, Unauthorized, RateLimited, Unavailable.

        The session is checked twice. The check before any write keeps the token of an ended session from showing its
        user online. The check after the socket is stored sees a logout that came before the store; a later logout
        finds the stored socket. Sockets are counted after it is stored, too, so that those which open at the same
        moment see each other.
        """
        if origin is not None and origin not in self._allowed_origins:
            raise OriginNotAllowed
        user = self._gate.admit(credentials, "connect").user
        try:
            written = self._sockets.open(connection_id, credentials, hidden=user.is_invisible)
            self._gate.confirm(credentials)
            self._sessions.touch(credentials.session_id)
            excess = self._excess(credentials.user_id, connection_id)
        except DevConnectError:
            self._sockets.undo_open(connection_id, credentials.user_id)
            raise
        with self._publisher.publishing(written):
            self._delivery.evict_sockets(excess)

    def heartbeat(self, connection_id: str, identity: SocketIdentity) -> int | None:
        """Renew the presence of a socket. Returns the seconds that it stays online without another heartbeat.

        None where the socket is marked as closed. Raises Unauthorized, RateLimited, Unavailable.
        """
        user = self._gate.admit(identity.credentials, "register").user
        renewed = self._sockets.renew(connection_id, identity, hidden=user.is_invisible)
        if renewed is None:
            return None
        if renewed.written is not None:
            with self._publisher.publishing(renewed.written):
                self._delivery.evict_sockets(self._excess(identity.userId, connection_id))
        return renewed.expires_in

    def disconnect(self, connection_id: str) -> None:
        """Mark a socket as closed. A repeated or late call does no harm. Raises Unavailable."""
        written = self._sockets.mark_closed(connection_id)
        if written is not None:
            self._publisher.publish(written)

    def _excess(self, user_id: str, newest: str) -> list[str]:
        """The sockets of a user that are too many beside the one that has just opened, or come back.

        They are those that have been silent for longest, and so are probably gone; a client that is still there is
        told, and does not come back by itself. Raises RateLimited where the newest one was closed meanwhile, as others
        opened after it.
        """
        sockets = self._sockets.open_sockets(user_id)
        if newest not in sockets:
            raise RateLimited(1)
        return [socket for socket in sockets if socket != newest][: max(0, len(sockets) - MAX_SOCKETS)]
