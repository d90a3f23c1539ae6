"""Tells push services who sends (VAPID, RFC 8292): a signed token for the service's origin, and the public key."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.clock import Clock
from chalicelib.consumer.web_push.encryption import decoded, encoded_point
from chalicelib.errors import SettingsError

LIFETIME = timedelta(hours=12)
"""RFC 8292, section 2: 24 hours at most."""


class Vapid:
    """`subject` is where the operator of a push service writes to: an address of the form mailto: or https:."""

    def __init__(self, private_key: str, subject: str, clock: Clock) -> None:
        """Raises SettingsError where the key is none of the curve P-256."""
        try:
            self._key = ec.derive_private_key(int.from_bytes(decoded(private_key)), ec.SECP256R1())
        except ValueError:
            raise SettingsError("VAPID_PRIVATE_KEY is wrong: it is no private key of the curve P-256.") from None
        self._subject = subject
        self._clock = clock
        self.public_key = urlsafe_b64encode(encoded_point(self._key.public_key())).rstrip(b"=").decode()

    def authorization(self, endpoint: str) -> str:
        """Return the header `Authorization` for a request to an endpoint."""
        url = urlsplit(endpoint)
        claims = {"aud": f"{url.scheme}://{url.netloc}", "exp": self._clock() + LIFETIME, "sub": self._subject}
        token = jwt.encode(claims, self._key, algorithm="ES256")
        return f"vapid t={token}, k={self.public_key}"
