"""Signup and login, which begin sessions."""

from collections.abc import Sequence
from dataclasses import dataclass

from bson import ObjectId

from chalicelib.clients.redis.client import RedisClient
from chalicelib.email_addresses import canonical_address
from chalicelib.errors import BadCredentials, EmailTaken
from chalicelib.events.publisher import Publisher
from chalicelib.models.requests import Login, Signup
from chalicelib.security.passwords import Passwords
from chalicelib.security.rate_limits import Attempt, RateLimits, check_all
from chalicelib.security.tokens import Credentials, Tokens
from chalicelib.stores.sessions import SessionStore
from chalicelib.stores.users import User, UserStore


@dataclass(frozen=True)
class ClientIdentity:
    """Where a request comes from. API Gateway reports the IP address: a client could forge any header."""

    ip: str
    user_agent: str


@dataclass(frozen=True)
class NewSession:
    """A session that has just begun: its user, and the signed token with the credentials that it carries."""

    user: User
    token: str
    credentials: Credentials


@dataclass(frozen=True, kw_only=True)
class Accounts:
    redis: RedisClient
    users: UserStore
    sessions: SessionStore
    tokens: Tokens
    passwords: Passwords
    rate_limits: RateLimits
    publisher: Publisher

    def sign_up(self, signup: Signup, client: ClientIdentity) -> NewSession:
        """Create an account and its first session. Raises EmailTaken, RateLimited, Unavailable."""
        attempt = self.rate_limits.guarded_attempt(client.ip, "signup")
        self.redis.fetch(attempt.count_lookup)
        attempt.check()
        email_id, former = canonical_address(signup.emailId), signup.emailId.lower()
        if former != email_id and self.users.read_for_login(former):
            raise EmailTaken
        user_id = ObjectId()
        password_hash = self.passwords.hash(signup.password)
        # The session is stored first: the user's document is the commit, and a session without a user grants nothing.
        credentials, _ = self.sessions.start(str(user_id), 0, ip=client.ip, user_agent=client.user_agent, login=False)
        user, written = self.users.create(user_id, signup, email_id, password_hash)
        self.publisher.publish(written)
        return NewSession(user, self.tokens.sign_session(credentials), credentials)

    def log_in(self, login: Login, client: ClientIdentity) -> NewSession:
        """Begin a session. The limits count by IP address and by email address, whether it has an account or not.

        Raises BadCredentials, RateLimited, Unavailable.
        """
        email_id, *former = _account_addresses(login.emailId)
        attempts = [self.rate_limits.guarded_attempt(subject, "login") for subject in (client.ip, email_id)]
        self.redis.fetch(*(attempt.count_lookup for attempt in attempts))
        check_all(attempts)
        record = self.users.read_for_login(*former, email_id)
        password_matches = self.passwords.matches(login.password, record.password_hash if record else None)
        if record is None or not password_matches:
            raise BadCredentials
        # With the epoch that was read with the hash: if the password changes meanwhile, this session has ended already.
        return self.begin_session(record.user, client, attempts, login=True)

    def begin_session(
        self, user: User, client: ClientIdentity, attempts: Sequence[Attempt], *, login: bool
    ) -> NewSession:
        """Begin a session for a user whose password was just verified, in the epoch that was read with the hash.

        Takes the attempts back, and fills the user's cached copy as any request would. Raises Unavailable.
        """
        cached_lookup = self.users.ensure_cached(user.userId)
        credentials, written = self.sessions.start(
            user.userId,
            user.sessionEpoch,
            cached_lookup,
            *(attempt.withdrawal_lookup() for attempt in attempts),
            ip=client.ip,
            user_agent=client.user_agent,
            login=login,
        )
        cached_lookup.resolve()
        if written is not None:
            self.publisher.publish(written)
        return NewSession(user, self.tokens.sign_session(credentials), credentials)


def _account_addresses(text: str) -> list[str]:
    """Return the addresses that the account of `text` may have: the canonical one, and a former one where it differs.

    Accounts were once stored with their address in lower case alone, whatever it was made of.
    """
    former = text.lower()
    try:
        return list(dict.fromkeys((canonical_address(text), former)))
    except ValueError:
        return [former]
