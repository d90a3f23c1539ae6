"""Signed tokens (JWT, RFC 7519): the session token, and the ticket that opens a websocket."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt

from chalicelib.clock import Clock
from chalicelib.errors import Unauthorized

ISSUER = "devconnect"
SESSION_AUDIENCE = "session"
WEBSOCKET_AUDIENCE = "websocket"
SESSION_LIFETIME = timedelta(hours=24)
TICKET_LIFETIME = timedelta(seconds=30)
LEEWAY = timedelta(seconds=5)
"""How far the clocks of two machines may differ. A token that was signed this far ahead is taken, and one that has
expired is taken for as much longer, as both ends are read from clocks. AWS keeps its machines' clocks within
milliseconds, others' NTP within a second; a session's own end is kept in MongoDB and is not moved by this."""

_ALGORITHM = "HS256"


@dataclass(frozen=True)
class Credentials:
    """Whom a client claims to act for. The signature is verified; only the Gate checks that the session is open."""

    user_id: str
    session_id: str
    expires_at: datetime
    """When the session expires."""
    ticket_id: str | None = None
    """Set when the client presented a ticket, which opens one socket."""


class Tokens:
    """Signs with the first secret and accepts tokens of the others too, so that secrets can be rotated.

    The header `kid` (RFC 7515, 4.1.4) names the secret: it is a digest of it, so that it need not be configured.
    """

    def __init__(self, secrets: tuple[str, ...], clock: Clock) -> None:
        self._keys = {hashlib.sha256(b"kid:" + secret.encode()).hexdigest()[:8]: secret for secret in secrets}
        self._kid = next(iter(self._keys))
        self._by_header = {self._header(kid): secret for kid, secret in self._keys.items()}
        self._clock = clock

    def sign_session(self, credentials: Credentials) -> str:
        return self._sign(credentials, SESSION_AUDIENCE, credentials.session_id, credentials.expires_at, {})

    def sign_ticket(self, credentials: Credentials) -> str:
        """Return a ticket for the same session, valid for TICKET_LIFETIME and for one socket."""
        return self._sign(
            credentials,
            WEBSOCKET_AUDIENCE,
            uuid4().hex,
            min(self._clock() + TICKET_LIFETIME, credentials.expires_at),
            {"sid": credentials.session_id, "sid_exp": int(credentials.expires_at.timestamp())},
        )

    def verify_session(self, token: str) -> Credentials:
        """Raises Unauthorized."""
        claims = self._verify(token, SESSION_AUDIENCE)
        return Credentials(_text_claim(claims, "sub"), _text_claim(claims, "jti"), _time_claim(claims, "exp"))

    def verify_ticket(self, token: str) -> Credentials:
        """Raises Unauthorized. It does not check that the ticket is used only once: `SocketStore.open` does."""
        claims = self._verify(token, WEBSOCKET_AUDIENCE)
        return Credentials(
            _text_claim(claims, "sub"),
            _text_claim(claims, "sid"),
            _time_claim(claims, "sid_exp"),
            ticket_id=_text_claim(claims, "jti"),
        )

    def _sign(
        self,
        credentials: Credentials,
        audience: str,
        jti: str,
        expires_at: datetime,
        private: dict[str, object],
    ) -> str:
        claims = {
            **private,
            "sub": credentials.user_id,
            "jti": jti,
            "iss": ISSUER,
            "aud": audience,
            "iat": self._clock(),
            "exp": expires_at,
        }
        return jwt.encode(claims, self._keys[self._kid], algorithm=_ALGORITHM, headers={"kid": self._kid})

    def _header(self, kid: str) -> str:
        """Return the first part of every token that is signed by a secret."""
        return jwt.encode({}, self._keys[kid], algorithm=_ALGORITHM, headers={"kid": kid}).partition(".")[0]

    def _secret(self, token: str) -> str:
        """Return the secret that a token names. Raises jwt.InvalidTokenError, KeyError, TypeError.

        PyJWT decodes all of a token to read its header, 20 µs. One that is not as it is signed here is still read:
        another version may order the fields of the header differently.
        """
        secret = self._by_header.get(token.partition(".")[0])
        return secret if secret is not None else self._keys[jwt.get_unverified_header(token)["kid"]]

    def _verify(self, token: str, audience: str) -> dict[str, object]:
        try:
            secret = self._secret(token)
            return jwt.decode(
                token,
                secret,
                algorithms=[_ALGORITHM],
                audience=audience,
                issuer=ISSUER,
                leeway=LEEWAY,
                options={"require": ["sub", "jti", "iss", "aud", "iat", "exp"]},
            )
        except (jwt.InvalidTokenError, KeyError, TypeError, UnicodeError) as error:
            raise Unauthorized from error


def _text_claim(claims: dict[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        raise Unauthorized
    return value


def _time_claim(claims: dict[str, object], name: str) -> datetime:
    value = claims.get(name)
    if not isinstance(value, int):
        raise Unauthorized
    return datetime.fromtimestamp(value, UTC)
