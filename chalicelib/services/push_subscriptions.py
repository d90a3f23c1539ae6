"""Browsers that a user is told in by web push."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib.clock import iso
from chalicelib.errors import BadRequest, Conflict
from chalicelib.models.requests import PushSubscription
from chalicelib.models.responses import PushSubscriptionResponse, PushSubscriptionsResponse
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.push_subscriptions import PushSubscriptions

_INTERNAL = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "test", "invalid", "example")
"""Last labels of names that lead to no public host (RFC 6761, RFC 6762, and what is in use)."""


@dataclass(frozen=True, kw_only=True)
class PushSubscriptionService:
    """`public_key` is the key that browsers subscribe with; without it there is no web push.

    Every method raises Unauthorized, RateLimited and Unavailable.
    """

    gate: Gate
    subscriptions: PushSubscriptions
    public_key: str | None
    any_host: bool

    def own(self, credentials: Credentials) -> PushSubscriptionsResponse:
        user_id = self.gate.admit(credentials, "notifications").user_id
        found = self.subscriptions.of([user_id]).get(user_id, [])
        return PushSubscriptionsResponse(
            publicKey=self.public_key,
            subscriptions=[
                PushSubscriptionResponse(endpoint=each["endpoint"], createdAt=iso(each["createdAt"])) for each in found
            ],
        )

    def add(self, credentials: Credentials, subscription: PushSubscription) -> None:
        """Store a browser's subscription. It ends with the session where the user logs out.

        Raises BadRequest for an endpoint that is no public host's, Conflict where there is no web push.
        """
        user = self.gate.admit(credentials, "notifications").user
        if self.public_key is None:
            raise Conflict("This service sends no web push.")
        if not self.any_host:
            _require_public(subscription.endpoint)
        self.subscriptions.add(user.userId, credentials.session_id, user.sessionEpoch, subscription)

    def remove(self, credentials: Credentials, endpoint: str) -> None:
        """Delete one of the user's own. Others', and those that are not there, are ignored."""
        user_id = self.gate.admit(credentials, "notifications").user_id
        self.subscriptions.remove(user_id, endpoint)


def _require_public(endpoint: str) -> None:
    """Refuse at once what can be seen from its text; where a name leads is seen when it is used. Raises BadRequest."""
    try:
        url = urlsplit(endpoint)
        host, port = (url.hostname or "").rstrip("."), url.port
    except ValueError as error:
        raise BadRequest({"endpoint": "it is not the address of a push service"}) from error
    if url.scheme != "https" or port not in (None, 443) or url.username is not None:
        raise BadRequest({"endpoint": "it must begin with https:// and a host, without a user or another port"})
    # Brackets belong around an address: where else a Python lets them stand depends on its age.
    if "[" in url.netloc or _is_address(host) or "." not in host or host.rpartition(".")[2] in _INTERNAL:
        raise BadRequest({"endpoint": "it must name a public host"})


def _is_address(host: str) -> bool:
    """Whether it is an IP address, in any form that a resolver takes: 2130706433 and 0x7f.1 are 127.0.0.1 too."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        last = host.rpartition(".")[2]
        return last.isdigit() or last.startswith("0x")
    return True
