"""The composition root: how settings, clients and services fit together, for app.py, the consumer and the tests."""

from datetime import timedelta
from functools import cached_property, lru_cache, partial

from chalicelib import settings
from chalicelib.clients.aws_client import open_secrets
from chalicelib.clients.breaker import Breaker
from chalicelib.services.accounts import Accounts
from chalicelib.services.analytics import Analytics
from chalicelib.services.blocks import Blocks
from chalicelib.services.connecting import Connecting
from chalicelib.services.connections import Connections
from chalicelib.services.conversations import Conversations
from chalicelib.services.email_outbox import EmailOutbox
from chalicelib.services.endings import Endings
from chalicelib.services.feed import Feed
from chalicelib.services.health import Health
from chalicelib.services.messages import Messages
from chalicelib.services.notifications import Notifications
from chalicelib.services.password_changes import PasswordChanges
from chalicelib.services.presence_queries import PresenceQueries
from chalicelib.services.profiles import Profiles
from chalicelib.services.session_list import SessionList
from chalicelib.services.syncing import Syncing
from chalicelib.services.warming import Warmer
from chalicelib.wiring.shared import SharedParts

load_settings = partial(settings.load, open_secrets=open_secrets)
"""`settings.load`, which also reads the secrets that the environment names. Raises SettingsError."""


class Wiring(SharedParts):
    """What handlers and the consumer call."""

    # What handlers call

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(
            self.redis,
            self.users,
            self.sessions,
            self.tokens,
            self.passwords,
            self.limits,
            self.publisher,
        )

    @cached_property
    def password_changes(self) -> PasswordChanges:
        return PasswordChanges(
            self.redis,
            self.gate,
            self.users,
            self.session_epochs,
            self.ended_sockets,
            self.accounts,
            self.passwords,
            self.limits,
            self.publisher,
        )

    @cached_property
    def endings(self) -> Endings:
        return Endings(self.gate, self.sessions, self.session_epochs, self.ended_sockets, self.publisher)

    @cached_property
    def session_list(self) -> SessionList:
        return SessionList(self.gate, self.sessions)

    @cached_property
    def profiles(self) -> Profiles:
        return Profiles(self.gate, self.users, self.publisher, self.clock)

    @cached_property
    def messages(self) -> Messages:
        return Messages(
            self.gate,
            self.users,
            self.presence,
            self.message_store,
            self.conversation_store,
            self.recent_messages,
            self.delivery,
            self.publisher,
        )

    @cached_property
    def syncing(self) -> Syncing:
        return Syncing(self.gate, self.recent_messages, self.message_store)

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(
            self.gate, self.users, self.presence, self.conversation_store, self.delivery, self.publisher
        )

    @cached_property
    def connections(self) -> Connections:
        return Connections(self.gate, self.users, self.people, self.store, self.publisher, self.clock)

    @cached_property
    def blocks(self) -> Blocks:
        return Blocks(
            self.redis,
            self.gate,
            self.users,
            self.block_store,
            self.presence,
            self.presence_audience,
            self.delivery,
        )

    @cached_property
    def feed(self) -> Feed:
        return Feed(self.gate, self.store)

    @cached_property
    def analytics(self) -> Analytics:
        return Analytics(self.gate, self.store, self.clock, self.settings.admin_emails)

    @cached_property
    def presence_queries(self) -> PresenceQueries:
        return PresenceQueries(self.redis, self.gate, self.presence, self.block_store, self.sockets)

    @cached_property
    def connecting(self) -> Connecting:
        return Connecting(
            self.gate,
            self.sessions,
            self.sockets,
            self.presence,
            self.delivery,
            self.publisher,
            self.tokens,
            self.clock,
            allowed_origins=self.settings.allowed_origins,
            websocket_endpoint=self.settings.websocket_endpoint,
        )

    @cached_property
    def notifications(self) -> Notifications:
        return Notifications(self.gate, self.notification_store)

    @cached_property
    def warmer(self) -> Warmer:
        return Warmer(self.store, self.redis, self.sessions, self.users, self.clock)

    @cached_property
    def health(self) -> Health:
        return Health(self.store, self.redis, self.producer)

    # What the consumer calls

    @cached_property
    def email_outbox(self) -> EmailOutbox | None:
        """None where no mails are to be sent."""
        sender = self.settings.email_from
        if sender is None:
            return None
        breaker = Breaker(self.clock, open_for=timedelta(seconds=30))
        return EmailOutbox(self.store, self.aws, breaker, self.clock, sender)


@lru_cache(maxsize=1)
def wired() -> Wiring:
    """The wiring of this process, from its environment. Raises SettingsError."""
    return Wiring(load_settings())
