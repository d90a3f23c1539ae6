"""Email addresses are confirmed: a link is mailed to them, and whoever follows it has shown that they are theirs."""

from dataclasses import dataclass

import uuid_utils

from chalicelib.clients.redis.client import RedisClient
from chalicelib.errors import LinkGone
from chalicelib.events.publisher import Publisher
from chalicelib.security.rate_limits import RateLimits
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import ClientIdentity
from chalicelib.services.gate import Gate
from chalicelib.stores.emails import Email, EmailStore
from chalicelib.stores.mail_links import MailLinks


@dataclass(frozen=True, kw_only=True)
class Verification:
    redis: RedisClient
    gate: Gate
    rate_limits: RateLimits
    emails: EmailStore
    links: MailLinks
    publisher: Publisher

    def ask(self, credentials: Credentials) -> None:
        """Mail the user another link, unless their address is confirmed.

        Raises Unauthorized, RateLimited, Unavailable.
        """
        user = self.gate.admit(credentials, "verification").user
        if not user.emailVerified:
            email = Email(str(uuid_utils.uuid7()), user.emailId, "verify", user_id=user.userId)
            self.emails.add([email])

    def confirm(self, token: str, client: ClientIdentity) -> None:
        """Use a link that confirms an address: the one that the account has, or its new one.

        Raises LinkGone, RateLimited, Unavailable.
        """
        attempt = self.rate_limits.attempt(client.network, "mail-link")
        self.redis.fetch(attempt.count_lookup)
        attempt.check()
        written = self.links.confirm_address(token)
        if written is None:
            raise LinkGone
        self.publisher.publish(written)
