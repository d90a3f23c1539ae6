"""A user takes another email address: it is theirs once they have followed the link that is mailed to it."""

from dataclasses import dataclass

import uuid_utils

from chalicelib.clients.redis.client import RedisClient
from chalicelib.models.requests import EmailChange
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import account_addresses
from chalicelib.services.gate import Gate
from chalicelib.services.own_password import OwnPassword
from chalicelib.stores.emails import Email, EmailStore


@dataclass(frozen=True, kw_only=True)
class EmailChanges:
    redis: RedisClient
    gate: Gate
    own_password: OwnPassword
    emails: EmailStore

    def ask(self, credentials: Credentials, change: EmailChange) -> None:
        """Mail a link to the new address. Nothing tells whether that has an account, of which its owner hears nothing.

        Raises BadCredentials, Unauthorized, RateLimited, Unavailable.
        """
        admitted = self.gate.admit(credentials, "email-change").user
        record, attempt = self.own_password.verify(credentials, admitted, change.currentPassword)
        user = record.user
        address, *former = account_addresses(change.emailId)
        email = Email(
            str(uuid_utils.uuid7()),
            address,
            "change",
            user_id=user.userId,
            epoch=user.sessionEpoch,
            other_forms=former,
        )
        self.emails.add([email])
        self.redis.fetch(attempt.withdrawal_lookup())
