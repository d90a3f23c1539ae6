"""Signed tokens for the links by which a mail is unsubscribed from (RFC 8058).

A token names the user and the kind of mail, and does nothing but end these mails. So it has no end of its own: a mail
program may use it months later. It is short, as it stands in the text of the mail.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import cast

from chalicelib.errors import LinkGone
from chalicelib.models.notification_preferences import NotificationKind

_PURPOSE = b"devconnect unsubscribe"
"""The keys are made for this purpose from the secrets, so that no other signature by these is one of a token."""


@dataclass(frozen=True)
class Unsubscribed:
    """Whose mails of which kind end."""

    user_id: str
    kind: NotificationKind


class UnsubscribeLinks:
    """Signs with the first secret and accepts tokens of the others too, as Tokens does."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._keys = [hmac.digest(secret.encode(), _PURPOSE, sha256) for secret in secrets]

    def sign(self, user_id: str, kind: NotificationKind) -> str:
        """Return `<userId>.<kind>.<HMAC-SHA256 in base64url>`."""
        claim = f"{user_id}.{kind}"
        return f"{claim}.{_mac(self._keys[0], claim)}"

    def verify(self, token: str) -> Unsubscribed:
        """Read a token of the form of `fields.UnsubscribeToken`. Raises LinkGone where it is signed by no secret."""
        claim, _, mac = token.rpartition(".")
        if not any(hmac.compare_digest(_mac(key, claim), mac) for key in self._keys):
            raise LinkGone("This link is not one of ours: log in, and change there what you are mailed.")
        user_id, _, kind = claim.partition(".")
        return Unsubscribed(user_id, cast("NotificationKind", kind))


def _mac(key: bytes, claim: str) -> str:
    return urlsafe_b64encode(hmac.digest(key, claim.encode(), sha256)).rstrip(b"=").decode()
