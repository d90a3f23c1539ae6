"""Signup, and login, which begins a session."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.email_addresses import canonical_address
from chalicelib.errors import BadCredentials, EmailTaken, Suspended, Unavailable
from chalicelib.events.outbox import Written
from chalicelib.events.publisher import Publisher
from chalicelib.models.requests import Login, Signup
from chalicelib.security.passwords import Passwords
from chalicelib.security.rate_limits import Attempt, RateLimits, check_all, network_of
from chalicelib.security.tokens import Credentials, Tokens
from chalicelib.stores.sessions import SessionStore
from chalicelib.stores.users import LoginRecord, User, UserStore


@dataclass(frozen=True)
class ClientIdentity:
    """Where a request comes from. API Gateway reports the IP address: a client could forge any header."""

    ip: str
    user_agent: str

    @property
    def network(self) -> str:
        """What rate limits count by."""
        return network_of(self.ip)


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

    def sign_up(self, signup: Signup, client: ClientIdentity) -> str:
        """Create an account, or tell its owner by mail where the address has one. Returns the address in its one form.

        Who calls cannot tell which of the two was done: both read one user, hash the password, write one document and
        publish one event. Raises RateLimited, Unavailable.
        """
        attempt = self.rate_limits.guarded_attempt(client.network, "signup")
        self.redis.fetch(attempt.count_lookup)
        attempt.check()
        addresses = account_addresses(signup.emailId)
        owner = self.users.read_for_login(*addresses)
        password_hash = self.passwords.hash(signup.password)
        self.publisher.publish(self._signed_up(signup, addresses, owner, password_hash, client.network))
        return addresses[0]

    def _signed_up(
        self, signup: Signup, addresses: Sequence[str], owner: LoginRecord | None, password_hash: bytes, network: str
    ) -> Written:
        if owner is None:
            try:
                return self.users.create(signup, email_id=addresses[0], password_hash=password_hash, network=network)
            except EmailTaken:
                owner = self.users.read_for_login(*addresses)
                if owner is None:  # changed the address again, within these milliseconds
                    raise Unavailable from None
        return self.users.note_repeated_signup(owner.user.userId)

    def log_in(self, login: Login, client: ClientIdentity) -> NewSession:
        """Begin a session.

        Failed logins are counted by network, and by account. The limit of the account is for networks that it does not
        know: strangers who guess at it must not lock its owner out. Logins that succeed are limited by account.

        Raises BadCredentials, Suspended (of which nobody hears without the password), RateLimited, Unavailable.
        """
        email_id, *former = account_addresses(login.emailId)
        by_network = self.rate_limits.guarded_attempt(client.network, "login")
        by_account = self.rate_limits.guarded_attempt(email_id, "login-account")
        successes = self.rate_limits.successes(email_id, "login-success")
        attempts = [by_network, by_account]
        self.redis.fetch(*(attempt.count_lookup for attempt in attempts), successes.room_lookup)
        record = self.users.read_for_login(*former, email_id) if by_account.is_too_many else None
        is_known = record is not None and client.network in record.known_networks
        # All before the password is read: whoever is over a limit must not learn whether it is right.
        check_all(attempts, [by_network, successes] if is_known else [by_network, by_account, successes])
        record = record or self.users.read_for_login(*former, email_id)
        password_matches = self.passwords.matches(login.password, record.password_hash if record else None)
        if record is None or not password_matches:
            raise BadCredentials
        if record.user.suspension is not None:
            raise Suspended(record.user.suspension.reason)
        if client.network not in record.known_networks:
            self.users.add_known_network(record.user, client.network)
        # With the epoch that was read with the hash: if the password changes meanwhile, this session has ended already.
        return self.begin_session(record.user, client, attempts, successes.count_lookup(), login=True)

    def begin_session(
        self, user: User, client: ClientIdentity, attempts: Sequence[Attempt], *lookups: Lookup[object], login: bool
    ) -> NewSession:
        """Begin a session for a user whose password was just verified, in the epoch that was read with the hash.

        Takes the attempts back, and fills the user's cached copy as any request would; `lookups` share the round trip.
        Raises Unavailable.
        """
        cached_lookup = self.users.ensure_cached(user.userId)
        credentials, written = self.sessions.start(
            user.userId,
            user.sessionEpoch,
            cached_lookup,
            *(attempt.withdrawal_lookup() for attempt in attempts),
            *lookups,
            ip=client.ip,
            user_agent=client.user_agent,
            login=login,
        )
        cached_lookup.resolve()
        if written is not None:
            self.publisher.publish(written)
        return NewSession(user, self.tokens.sign_session(credentials), credentials)


def account_addresses(text: str) -> list[str]:
    """Return the addresses that the account of `text` may have: the canonical one, and a former one where it differs.

    Accounts were once stored with their address in lower case alone, whatever it was made of.
    """
    former = text.lower()
    try:
        return list(dict.fromkeys((canonical_address(text), former)))
    except ValueError:
        return [former]
