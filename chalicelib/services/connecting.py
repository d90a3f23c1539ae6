"""How websockets begin, stay alive and end."""

from chalicelib.clock import Clock
from chalicelib.errors import DevConnectError, OriginNotAllowed
from chalicelib.events.publisher import Publisher
from chalicelib.models.answers import TicketAnswer
from chalicelib.services.gate import Gate
from chalicelib.services.sessions import Sessions
from chalicelib.services.sockets import SocketIdentity, Sockets
from chalicelib.services.tokens import TICKET_LIFETIME, Credentials, Tokens


class Connecting:
    def __init__(
        self,
        gate: Gate,
        sessions: Sessions,
        sockets: Sockets,
        publisher: Publisher,
        tokens: Tokens,
        clock: Clock,
        *,
        allowed_origins: frozenset[str],
        websocket_endpoint: str,
    ) -> None:
        self._gate = gate
        self._sessions = sessions
        self._sockets = sockets
        self._publisher = publisher
        self._tokens = tokens
        self._clock = clock
        self._allowed_origins = allowed_origins
        self._websocket_url = "ws" + websocket_endpoint.removeprefix("http")

    def ticket(self, credentials: Credentials) -> TicketAnswer:
        """A ticket that opens one websocket. Raises Unauthorized, RateLimited, Unavailable."""
        self._gate.admit(credentials, "websocket-ticket")
        ticket = self._tokens.sign_ticket(credentials)
        lifetime = int(TICKET_LIFETIME.total_seconds())
        return TicketAnswer(ticket=ticket, expiresIn=lifetime, url=f"{self._websocket_url}?ticket={ticket}")

    def connect(self, connection_id: str, credentials: Credentials, origin: str | None) -> None:
        """Open a socket, or leave no trace of it. Raises OriginNotAllowed, Unauthorized, RateLimited, Unavailable.

        The socket is stored before the session is checked: so a logout that comes between the two finds the socket,
        and one that came before is seen here.
        """
        if origin is not None and origin not in self._allowed_origins:
            raise OriginNotAllowed
        written = self._sockets.open(connection_id, credentials)
        try:
            self._gate.admit(credentials, "connect")
            self._sessions.touch(credentials.session_id)
        except DevConnectError:
            self._sockets.undo(connection_id, credentials.user_id)
            raise
        self._publisher.publish(written)

    def heartbeat(self, connection_id: str, identity: SocketIdentity) -> int:
        """Renew the presence of a socket; returns for how many seconds it is online without another.

        Raises Unauthorized, RateLimited, Unavailable.
        """
        self._gate.admit(identity.credentials, "register")
        until, written = self._sockets.renew(connection_id, identity)
        if written is not None:
            self._publisher.publish(written)
        return int((until - self._clock()).total_seconds())

    def disconnect(self, connection_id: str) -> None:
        """A socket has closed; that this is told twice, or late, does no harm. Raises Unavailable."""
        written = self._sockets.close(connection_id)
        if written is not None:
            self._publisher.publish(written)
