"""Lost passwords: whoever reads the mail to the account's address sets a new one."""

from dataclasses import dataclass

import uuid_utils

from chalicelib.clients.redis.client import RedisClient
from chalicelib.errors import BadRequest, LinkGone
from chalicelib.events.publisher import Publisher
from chalicelib.models.passwords import check_not_of_address
from chalicelib.models.requests import PasswordReset, ResetRequest
from chalicelib.push.ended_sockets import EndedSockets
from chalicelib.security.passwords import Passwords
from chalicelib.security.rate_limits import RateLimits
from chalicelib.services.accounts import ClientIdentity, account_addresses
from chalicelib.stores.emails import Email, EmailStore
from chalicelib.stores.mail_links import MailLinks
from chalicelib.stores.session_epochs import SessionEpochs


@dataclass(frozen=True, kw_only=True)
class PasswordResets:
    redis: RedisClient
    emails: EmailStore
    links: MailLinks
    session_epochs: SessionEpochs
    ended_sockets: EndedSockets
    passwords: Passwords
    rate_limits: RateLimits
    publisher: Publisher

    def ask(self, request: ResetRequest, client: ClientIdentity) -> None:
        """Put an email to this address into the outbox, whether or not it has an account.

        Only whoever sends it looks for the account, so that nothing tells of one here, not even the time that this
        takes. Raises RateLimited, Unavailable.
        """
        attempt = self.rate_limits.guarded_attempt(client.network, "password-reset")
        self.redis.fetch(attempt.count_lookup)
        attempt.check()
        # To each form that the account may have been stored under; one without an account is dropped.
        self.emails.add(
            [Email(str(uuid_utils.uuid7()), address, "reset") for address in account_addresses(request.emailId)]
        )

    def reset(self, reset: PasswordReset, client: ClientIdentity) -> None:
        """Use a mailed link: set a new password, and end all sessions. The address counts as confirmed from then on.

        Raises LinkGone, BadRequest, RateLimited, Unavailable.
        """
        attempt = self.rate_limits.attempt(client.network, "mail-link")
        self.redis.fetch(attempt.count_lookup)
        attempt.check()
        user = self.links.find_user(reset.token, "reset")
        if user is None:
            raise LinkGone
        try:
            check_not_of_address(reset.newPassword, user.emailId)
        except ValueError as error:
            raise BadRequest({"newPassword": f"it {error}"}) from error
        new_hash = self.passwords.hash(reset.newPassword)
        unused = self.links.valid(reset.token, {"reset"})
        written = self.session_epochs.begin_with_reset(user, unused, new=new_hash, network=client.network)
        if written is None:
            raise LinkGone
        with self.publisher.publishing(written):
            self.ended_sockets.end_before(user.userId, user.sessionEpoch + 1)
