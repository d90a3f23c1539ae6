"""Clients, and the services that other services share."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property

from pymongo.monitoring import CommandListener

from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.clients.aws_client import AwsClient
from chalicelib.clients.breaker import Breaker
from chalicelib.clients.kafka_client import Producer
from chalicelib.clients.mongo_client import MongoStore, open_store
from chalicelib.clients.redis_client import RedisClient
from chalicelib.clock import Clock, utc_now
from chalicelib.events.publisher import Publisher
from chalicelib.services.block_store import BlockStore
from chalicelib.services.conversation_store import ConversationStore
from chalicelib.services.delivery import Delivery
from chalicelib.services.ended_sockets import EndedSockets
from chalicelib.services.gate import Gate
from chalicelib.services.message_store import MessageStore
from chalicelib.services.notification_store import NotificationStore
from chalicelib.services.passwords import Passwords
from chalicelib.services.people import People
from chalicelib.services.presence import Presence
from chalicelib.services.presence_audience import PresenceAudience
from chalicelib.services.push import Pusher
from chalicelib.services.rate_limit import RateLimits
from chalicelib.services.session_epochs import SessionEpochs
from chalicelib.services.sessions import Sessions
from chalicelib.services.sockets import Sockets
from chalicelib.services.tokens import Tokens
from chalicelib.services.users import Users
from chalicelib.settings import Settings


class SharedParts:
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

    @cached_property
    def presence_audience(self) -> PresenceAudience:
        return PresenceAudience(self.store, self.clock, everyone=self.settings.presence_audience == "everyone")
