"""The composition root: how settings, clients and services fit together, for app.py, the consumer and the tests."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property, lru_cache, partial

from pymongo.monitoring import CommandListener

from chalicelib import settings
from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.clients.aws_client import AwsClient, open_secrets
from chalicelib.clients.breaker import Breaker
from chalicelib.clients.kafka_client import Producer
from chalicelib.clients.mongo_client import MongoStore, open_store
from chalicelib.clients.redis_client import RedisClient
from chalicelib.clock import Clock, utc_now
from chalicelib.events.publisher import Publisher
from chalicelib.services.accounts import Accounts
from chalicelib.services.analytics import Analytics
from chalicelib.services.block_store import BlockStore
from chalicelib.services.blocks import Blocks
from chalicelib.services.connecting import Connecting
from chalicelib.services.connections import Connections
from chalicelib.services.conversation_store import ConversationStore
from chalicelib.services.conversations import Conversations
from chalicelib.services.delivery import Delivery
from chalicelib.services.email_outbox import EmailOutbox
from chalicelib.services.ended_sockets import EndedSockets
from chalicelib.services.endings import Endings
from chalicelib.services.feed import Feed
from chalicelib.services.gate import Gate
from chalicelib.services.health import Health
from chalicelib.services.message_store import MessageStore
from chalicelib.services.messages import Messages
from chalicelib.services.notification_store import NotificationStore
from chalicelib.services.notifications import Notifications
from chalicelib.services.password_changes import PasswordChanges
from chalicelib.services.passwords import Passwords
from chalicelib.services.people import People
from chalicelib.services.presence import Presence
from chalicelib.services.presence_audience import PresenceAudience
from chalicelib.services.presence_queries import PresenceQueries
from chalicelib.services.profiles import Profiles
from chalicelib.services.push import Pusher
from chalicelib.services.rate_limit import RateLimits
from chalicelib.services.session_epochs import SessionEpochs
from chalicelib.services.session_list import SessionList
from chalicelib.services.sessions import Sessions
from chalicelib.services.sockets import Sockets
from chalicelib.services.syncing import Syncing
from chalicelib.services.tokens import Tokens
from chalicelib.services.users import Users
from chalicelib.services.warming import Warmer
from chalicelib.settings import Settings

load_settings = partial(settings.load, open_secrets=open_secrets)
"""`settings.load`, which also reads the secrets that the environment names. Raises SettingsError."""


class Wiring:
    """Everything is made at its first use, and connects at the use after that."""

    def __init__(
        self, settings: Settings, clock: Clock = utc_now, mongo_listeners: Sequence[CommandListener] = ()
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._mongo_listeners = mongo_listeners

    def close(self) -> None:
        """Close the connections that were opened. May be called twice."""
        for name in ("producer", "redis", "store"):
            if name in self.__dict__:
                getattr(self, name).close()

    # Clients

    @cached_property
    def redis(self) -> RedisClient:
        return RedisClient(self.settings.redis_url, Breaker(self.clock))

    @cached_property
    def store(self) -> MongoStore:
        return open_store(self.settings.mongodb_uri, Breaker(self.clock), self._mongo_listeners)

    @cached_property
    def producer(self) -> Producer:
        return Producer(self.settings.kafka, Breaker(self.clock))

    @cached_property
    def aws(self) -> AwsClient:
        return AwsClient(self.settings.websocket_endpoint, self.settings.local_aws)

    # What services share

    @cached_property
    def invalidator(self) -> Invalidator:
        return Invalidator(self.redis, self.store, self.clock)

    @cached_property
    def publisher(self) -> Publisher:
        return Publisher(self.producer, self.store)

    @cached_property
    def users(self) -> Users:
        return Users(self.store, self.redis, self.invalidator, self.clock)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.store, self.redis, self.invalidator, self.clock)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.settings.jwt_secrets, self.clock)

    @cached_property
    def limits(self) -> RateLimits:
        return RateLimits(self.redis, self.store, self.clock, self.settings.rate_limit)

    @cached_property
    def gate(self) -> Gate:
        return Gate(self.redis, self.sessions, self.users, self.limits, self.clock)

    @cached_property
    def presence(self) -> Presence:
        ttl = timedelta(seconds=self.settings.presence_ttl_seconds)
        return Presence(self.store, self.redis, self.invalidator, self.clock, ttl)

    @cached_property
    def sockets(self) -> Sockets:
        return Sockets(self.store, self.redis, self.presence, self.clock)

    @cached_property
    def message_store(self) -> MessageStore:
        return MessageStore(self.store, self.clock)

    @cached_property
    def conversation_store(self) -> ConversationStore:
        return ConversationStore(self.store, self.clock)

    @cached_property
    def recent_messages(self) -> RecentMessages:
        return RecentMessages(self.redis, self.invalidator, self.message_store.newest)

    @cached_property
    def people(self) -> People:
        return People(self.store)

    @cached_property
    def block_store(self) -> BlockStore:
        return BlockStore(self.store, self.redis, self.users, self.invalidator)

    @cached_property
    def pusher(self) -> Pusher:
        return Pusher(self.aws, self.clock)

    @cached_property
    def delivery(self) -> Delivery:
        return Delivery(self.sockets, self.presence, self.pusher, self.publisher, self.clock)

    @cached_property
    def passwords(self) -> Passwords:
        return Passwords(self.settings.bcrypt_rounds)

    @cached_property
    def session_epochs(self) -> SessionEpochs:
        return SessionEpochs(self.store, self.users, self.clock)

    @cached_property
    def ended_sockets(self) -> EndedSockets:
        return EndedSockets(self.store, self.presence, self.delivery, self.clock)

    @cached_property
    def notification_store(self) -> NotificationStore:
        return NotificationStore(self.store, self.clock)

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
    def presence_audience(self) -> PresenceAudience:
        return PresenceAudience(self.store, self.clock, everyone=self.settings.presence_audience == "everyone")

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
