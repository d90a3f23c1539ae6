"""The composition root: how settings, clients, stores and services fit together.

app.py, the consumer, the operator's commands and the tests all take their objects from a `Wiring`. Nothing is built
before it is used, and nothing connects before its first call.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property, lru_cache, partial
from pathlib import Path

from pymongo.monitoring import CommandListener

from chalicelib import settings
from chalicelib.caching.invalidation import Invalidator
from chalicelib.caching.kept_deletions import CopyDeletions
from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.clients.aws import AwsClient, open_secrets
from chalicelib.clients.breaker import Breaker
from chalicelib.clients.files.directory import DirectoryFiles
from chalicelib.clients.files.s3 import S3Files
from chalicelib.clients.files.storage import FileStorage
from chalicelib.clients.kafka.producer import Producer
from chalicelib.clients.management_api import ManagementApi
from chalicelib.clients.mongo.database import MongoDatabase, open_database
from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.sigv4 import credentials_of_this_process
from chalicelib.clock import Clock, utc_now
from chalicelib.events.publisher import Publisher
from chalicelib.events.topics import EVENT_TOPICS
from chalicelib.push.background_delivery import BackgroundDelivery
from chalicelib.push.connections_api import ConnectionsApi
from chalicelib.push.delivery import Delivery
from chalicelib.push.ended_sockets import EndedSockets
from chalicelib.security.floods import Floods
from chalicelib.security.passwords import Passwords
from chalicelib.security.rate_limits import RateLimits, Refusals
from chalicelib.security.tokens import Tokens
from chalicelib.security.unsubscribe_links import UnsubscribeLinks
from chalicelib.services.accounts import Accounts
from chalicelib.services.analytics import Analytics
from chalicelib.services.blocks import Blocks
from chalicelib.services.cache_warming import CacheWarmer
from chalicelib.services.connections import Connections
from chalicelib.services.conversations import Conversations
from chalicelib.services.email_changes import EmailChanges
from chalicelib.services.email_sending import EmailSender
from chalicelib.services.exports import Exports
from chalicelib.services.feed import Feed
from chalicelib.services.gate import Gate
from chalicelib.services.health import Health
from chalicelib.services.leaving import Leaving
from chalicelib.services.logout import Logout
from chalicelib.services.message_changes import ChangesOfMessages
from chalicelib.services.message_permissions import MessagePermissions
from chalicelib.services.message_requests import MessageRequests
from chalicelib.services.message_sync import MessageSync
from chalicelib.services.messages import Messages
from chalicelib.services.missed_messages import MissedMessages
from chalicelib.services.moderation import Moderation
from chalicelib.services.notification_mails import NotificationMails
from chalicelib.services.notification_preferences import NotificationPreferencesService
from chalicelib.services.notifications import Notifications
from chalicelib.services.own_password import OwnPassword
from chalicelib.services.password_changes import PasswordChanges
from chalicelib.services.password_resets import PasswordResets
from chalicelib.services.presence_queries import PresenceQueries
from chalicelib.services.profiles import Profiles
from chalicelib.services.push_subscriptions import PushSubscriptionService
from chalicelib.services.reports import Reports
from chalicelib.services.search import Search
from chalicelib.services.session_list import SessionList
from chalicelib.services.socket_lifecycle import SocketLifecycle
from chalicelib.services.verification import Verification
from chalicelib.settings import Settings
from chalicelib.stores.analytics import AnalyticsStore
from chalicelib.stores.blocks import BlockStore
from chalicelib.stores.cases import CaseStore
from chalicelib.stores.connections import ConnectionStore
from chalicelib.stores.conversation_marks import ConversationMarks
from chalicelib.stores.conversations import ConversationStore
from chalicelib.stores.email_addresses import EmailAddresses
from chalicelib.stores.emails import EmailStore
from chalicelib.stores.export_lines import ExportLines
from chalicelib.stores.exports import ExportStore
from chalicelib.stores.feed import FeedStore
from chalicelib.stores.feed_lists import FeedLists
from chalicelib.stores.feed_ranking import FeedRanking
from chalicelib.stores.mail_links import MailLinks
from chalicelib.stores.message_changes import MessageChanges
from chalicelib.stores.message_commits import MessageCommits
from chalicelib.stores.message_events import MessageEvents
from chalicelib.stores.message_moves import MessageMoves
from chalicelib.stores.message_requests import MessageRequestStore
from chalicelib.stores.message_retention import MessageRetention
from chalicelib.stores.message_settling import MessageSettling
from chalicelib.stores.messages import MessageStore
from chalicelib.stores.missed_messages import Reminders
from chalicelib.stores.notifications import NotificationStore
from chalicelib.stores.people_search import PeopleSearch
from chalicelib.stores.presence import PresenceStore
from chalicelib.stores.presence_audience import PresenceAudience
from chalicelib.stores.push_subscriptions import PushSubscriptions
from chalicelib.stores.recipients import Recipients
from chalicelib.stores.roles import Roles
from chalicelib.stores.session_epochs import SessionEpochs
from chalicelib.stores.sessions import SessionStore
from chalicelib.stores.slow_sockets import SlowSockets
from chalicelib.stores.sockets import SocketStore
from chalicelib.stores.suspensions import Suspensions
from chalicelib.stores.user_cards import UserCards
from chalicelib.stores.user_index import UserIndex
from chalicelib.stores.users import UserStore
from chalicelib.stores.visibility import Visibility

load_settings = partial(settings.load, open_secrets=open_secrets)
"""`settings.load`, which also reads the secrets that the environment names. Raises SettingsError."""

EMAIL_BREAKER_OPEN_FOR = timedelta(seconds=30)


class Wiring:
    """Every part of one process. Each is built at its first use, and then kept."""

    def __init__(
        self, settings: Settings, clock: Clock = utc_now, mongo_listeners: Sequence[CommandListener] = ()
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._mongo_listeners = mongo_listeners

    def close(self) -> None:
        """Close the clients that were used, and first what uses them in the background. It may be called twice."""
        for name in ("background_delivery", "management_api", "producer", "redis", "mongo"):
            if name in self.__dict__:
                getattr(self, name).close()

    # Clients

    @cached_property
    def redis(self) -> RedisClient:
        return RedisClient(self.settings.redis_url, Breaker(self.clock), drain=self._drain)

    @cached_property
    def mongo(self) -> MongoDatabase:
        return open_database(self.settings.mongodb_uri, Breaker(self.clock), self._mongo_listeners)

    @cached_property
    def producer(self) -> Producer:
        return Producer(self.settings.kafka, Breaker(self.clock), EVENT_TOPICS)

    @cached_property
    def aws(self) -> AwsClient:
        return AwsClient(self.settings.local_aws)

    @cached_property
    def management_api(self) -> ManagementApi:
        return ManagementApi(self.settings.websocket_endpoint, credentials_of_this_process())

    @cached_property
    def files(self) -> FileStorage | None:
        """Where exports are, or None where there are none."""
        if self.settings.export_bucket is not None:
            return S3Files(self.settings.export_bucket, lambda: self.aws.s3)
        if self.settings.export_directory is None:
            return None
        return DirectoryFiles(
            Path(self.settings.export_directory),
            address=f"{self.settings.public_url}/exports",
            keys=self.settings.jwt_secrets,
            clock=self.clock,
        )

    @cached_property
    def publisher(self) -> Publisher:
        return Publisher(self.producer, self.mongo)

    @cached_property
    def invalidator(self) -> Invalidator:
        return Invalidator(self.redis, self.mongo, self.clock)

    @cached_property
    def copy_deletions(self) -> CopyDeletions:
        return CopyDeletions(self.mongo, self.redis, self.clock)

    def _drain(self) -> bool:
        """See RedisClient, which is made before what it calls here."""
        return self.copy_deletions.drain()

    # Security

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.settings.jwt_secrets, self.clock)

    @cached_property
    def unsubscribe_links(self) -> UnsubscribeLinks:
        return UnsubscribeLinks(self.settings.jwt_secrets)

    @cached_property
    def passwords(self) -> Passwords:
        return Passwords(self.settings.bcrypt_rounds)

    @cached_property
    def rate_limits(self) -> RateLimits:
        return RateLimits(
            redis=self.redis,
            mongo=self.mongo,
            clock=self.clock,
            limit_of=self.settings.rate_limits.of,
            refusals=Refusals(self.clock),
        )

    @cached_property
    def floods(self) -> Floods:
        return Floods(self.redis, self.clock)

    # Stores

    @cached_property
    def user_store(self) -> UserStore:
        return UserStore(mongo=self.mongo, redis=self.redis, invalidator=self.invalidator, clock=self.clock)

    @cached_property
    def roles(self) -> Roles:
        return Roles(mongo=self.mongo, users=self.user_store, invalidator=self.invalidator, clock=self.clock)

    @cached_property
    def user_cards(self) -> UserCards:
        return UserCards(self.mongo)

    @cached_property
    def session_store(self) -> SessionStore:
        return SessionStore(mongo=self.mongo, redis=self.redis, invalidator=self.invalidator, clock=self.clock)

    @cached_property
    def session_epochs(self) -> SessionEpochs:
        return SessionEpochs(self.mongo, self.user_store, self.clock)

    @cached_property
    def suspensions(self) -> Suspensions:
        return Suspensions(
            mongo=self.mongo, users=self.user_store, session_epochs=self.session_epochs, clock=self.clock
        )

    @cached_property
    def case_store(self) -> CaseStore:
        return CaseStore(self.mongo, self.clock)

    @cached_property
    def presence_store(self) -> PresenceStore:
        return PresenceStore(
            mongo=self.mongo,
            redis=self.redis,
            invalidator=self.invalidator,
            visibility=self.visibility,
            clock=self.clock,
            ttl=timedelta(seconds=self.settings.presence_ttl_seconds),
        )

    @cached_property
    def visibility(self) -> Visibility:
        return Visibility(self.mongo)

    @cached_property
    def presence_audience(self) -> PresenceAudience:
        return PresenceAudience(self.mongo, self.clock, everyone=self.settings.presence_audience == "everyone")

    @cached_property
    def socket_store(self) -> SocketStore:
        return SocketStore(mongo=self.mongo, redis=self.redis, presence=self.presence_store, clock=self.clock)

    @cached_property
    def slow_sockets(self) -> SlowSockets:
        return SlowSockets(self.redis, self.clock)

    @cached_property
    def message_store(self) -> MessageStore:
        return MessageStore(self.mongo)

    @cached_property
    def message_moves(self) -> MessageMoves:
        return MessageMoves(self.mongo, self.clock)

    @cached_property
    def message_changes(self) -> MessageChanges:
        return MessageChanges(self.mongo, self.clock)

    @cached_property
    def message_settling(self) -> MessageSettling:
        return MessageSettling(self.mongo)

    @cached_property
    def message_retention(self) -> MessageRetention:
        return MessageRetention(self.mongo, self.invalidator, self.message_moves)

    @cached_property
    def message_events(self) -> MessageEvents:
        return MessageEvents(self.mongo)

    @cached_property
    def message_commits(self) -> MessageCommits:
        return MessageCommits(self.mongo, self.message_moves, self.clock)

    @cached_property
    def recent_messages(self) -> RecentMessages:
        return RecentMessages(self.redis, self.invalidator, self.message_store.newest)

    @cached_property
    def conversation_store(self) -> ConversationStore:
        return ConversationStore(self.mongo, self.clock)

    @cached_property
    def message_request_store(self) -> MessageRequestStore:
        return MessageRequestStore(self.mongo)

    @cached_property
    def conversation_marks(self) -> ConversationMarks:
        return ConversationMarks(self.mongo)

    @cached_property
    def connection_store(self) -> ConnectionStore:
        return ConnectionStore(self.mongo, self.clock)

    @cached_property
    def block_store(self) -> BlockStore:
        return BlockStore(mongo=self.mongo, redis=self.redis, users=self.user_store, invalidator=self.invalidator)

    @cached_property
    def feed_store(self) -> FeedStore:
        return FeedStore(self.mongo)

    @cached_property
    def feed_lists(self) -> FeedLists:
        return FeedLists(self.mongo, self.clock)

    @cached_property
    def feed_ranking(self) -> FeedRanking:
        return FeedRanking(self.mongo)

    @cached_property
    def people_search(self) -> PeopleSearch:
        return PeopleSearch(self.mongo)

    @cached_property
    def user_index(self) -> UserIndex:
        return UserIndex(self.mongo)

    @cached_property
    def notification_store(self) -> NotificationStore:
        return NotificationStore(self.mongo, self.clock)

    @cached_property
    def recipients(self) -> Recipients:
        return Recipients(self.mongo)

    @cached_property
    def push_subscription_store(self) -> PushSubscriptions:
        return PushSubscriptions(self.mongo, self.clock)

    @cached_property
    def reminders(self) -> Reminders:
        return Reminders(self.mongo, self.clock)

    @cached_property
    def analytics_store(self) -> AnalyticsStore:
        return AnalyticsStore(self.mongo)

    @cached_property
    def email_store(self) -> EmailStore:
        return EmailStore(self.mongo, self.clock)

    @cached_property
    def email_addresses(self) -> EmailAddresses:
        return EmailAddresses(self.mongo)

    @cached_property
    def mail_links(self) -> MailLinks:
        return MailLinks(mongo=self.mongo, users=self.user_store, clock=self.clock)

    @cached_property
    def export_store(self) -> ExportStore:
        return ExportStore(self.mongo, self.clock)

    @cached_property
    def export_lines(self) -> ExportLines:
        return ExportLines(self.mongo, self.message_store, self.notification_store)

    # Push

    @cached_property
    def connections_api(self) -> ConnectionsApi:
        return ConnectionsApi(self.management_api, self.slow_sockets)

    @cached_property
    def delivery(self) -> Delivery:
        return Delivery(
            sockets=self.socket_store,
            presence=self.presence_store,
            slow_sockets=self.slow_sockets,
            connections_api=self.connections_api,
            publisher=self.publisher,
            clock=self.clock,
        )

    @cached_property
    def background_delivery(self) -> BackgroundDelivery:
        return BackgroundDelivery(self.delivery)

    @cached_property
    def ended_sockets(self) -> EndedSockets:
        return EndedSockets(mongo=self.mongo, presence=self.presence_store, delivery=self.delivery, clock=self.clock)

    # Services

    @cached_property
    def gate(self) -> Gate:
        return Gate(
            redis=self.redis,
            sessions=self.session_store,
            users=self.user_store,
            rate_limits=self.rate_limits,
            clock=self.clock,
        )

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(
            redis=self.redis,
            users=self.user_store,
            sessions=self.session_store,
            tokens=self.tokens,
            passwords=self.passwords,
            rate_limits=self.rate_limits,
            publisher=self.publisher,
        )

    @cached_property
    def verification(self) -> Verification:
        return Verification(
            redis=self.redis,
            gate=self.gate,
            rate_limits=self.rate_limits,
            emails=self.email_store,
            links=self.mail_links,
            publisher=self.publisher,
        )

    @cached_property
    def password_changes(self) -> PasswordChanges:
        return PasswordChanges(
            gate=self.gate,
            own_password=self.own_password,
            session_epochs=self.session_epochs,
            ended_sockets=self.ended_sockets,
            accounts=self.accounts,
            passwords=self.passwords,
            publisher=self.publisher,
        )

    @cached_property
    def own_password(self) -> OwnPassword:
        return OwnPassword(
            redis=self.redis, users=self.user_store, passwords=self.passwords, rate_limits=self.rate_limits
        )

    @cached_property
    def leaving(self) -> Leaving:
        return Leaving(
            gate=self.gate,
            own_password=self.own_password,
            session_epochs=self.session_epochs,
            ended_sockets=self.ended_sockets,
            publisher=self.publisher,
        )

    @cached_property
    def password_resets(self) -> PasswordResets:
        return PasswordResets(
            redis=self.redis,
            emails=self.email_store,
            links=self.mail_links,
            session_epochs=self.session_epochs,
            ended_sockets=self.ended_sockets,
            passwords=self.passwords,
            rate_limits=self.rate_limits,
            publisher=self.publisher,
        )

    @cached_property
    def email_changes(self) -> EmailChanges:
        return EmailChanges(redis=self.redis, gate=self.gate, own_password=self.own_password, emails=self.email_store)

    @cached_property
    def logout(self) -> Logout:
        return Logout(
            gate=self.gate,
            sessions=self.session_store,
            session_epochs=self.session_epochs,
            ended_sockets=self.ended_sockets,
            publisher=self.publisher,
        )

    @cached_property
    def session_list(self) -> SessionList:
        return SessionList(gate=self.gate, sessions=self.session_store)

    @cached_property
    def exports(self) -> Exports:
        return Exports(gate=self.gate, exports=self.export_store, files=self.files, clock=self.clock)

    @cached_property
    def profiles(self) -> Profiles:
        return Profiles(
            gate=self.gate,
            users=self.user_store,
            presence=self.presence_store,
            publisher=self.publisher,
            clock=self.clock,
        )

    @cached_property
    def messages(self) -> Messages:
        return Messages(
            gate=self.gate,
            permissions=self.message_permissions,
            users=self.user_store,
            commits=self.message_commits,
            moves=self.message_moves,
            messages=self.message_store,
            recent_messages=self.recent_messages,
            delivery=self.delivery,
            publisher=self.publisher,
        )

    @cached_property
    def changes_of_messages(self) -> ChangesOfMessages:
        return ChangesOfMessages(
            gate=self.gate,
            permissions=self.message_permissions,
            changes=self.message_changes,
            settling=self.message_settling,
            recent_messages=self.recent_messages,
            delivery=self.delivery,
            publisher=self.publisher,
        )

    @cached_property
    def message_permissions(self) -> MessagePermissions:
        return MessagePermissions(
            gate=self.gate, rate_limits=self.rate_limits, users=self.user_store, connections=self.connection_store
        )

    @cached_property
    def message_sync(self) -> MessageSync:
        return MessageSync(
            gate=self.gate,
            recent_messages=self.recent_messages,
            messages=self.message_store,
            blocks=self.block_store,
            visibility=self.visibility,
        )

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(
            gate=self.gate,
            users=self.user_store,
            connections=self.connection_store,
            conversations=self.conversation_store,
            requests=self.message_request_store,
            marks=self.conversation_marks,
            recent_messages=self.recent_messages,
            delivery=self.delivery,
            publisher=self.publisher,
        )

    @cached_property
    def connections(self) -> Connections:
        return Connections(
            gate=self.gate,
            rate_limits=self.rate_limits,
            users=self.user_store,
            cards=self.user_cards,
            connections=self.connection_store,
            message_requests=self.message_request_store,
            publisher=self.publisher,
        )

    @cached_property
    def message_requests(self) -> MessageRequests:
        return MessageRequests(
            gate=self.gate,
            conversations=self.conversation_store,
            requests=self.message_request_store,
            delivery=self.delivery,
        )

    @cached_property
    def blocks(self) -> Blocks:
        return Blocks(
            redis=self.redis,
            gate=self.gate,
            users=self.user_store,
            blocks=self.block_store,
            presence=self.presence_store,
            audience=self.presence_audience,
            delivery=self.delivery,
        )

    @cached_property
    def reports(self) -> Reports:
        return Reports(
            gate=self.gate,
            users=self.user_store,
            messages=self.message_store,
            cases=self.case_store,
            publisher=self.publisher,
            clock=self.clock,
        )

    @cached_property
    def moderation(self) -> Moderation:
        return Moderation(
            gate=self.gate,
            users=self.user_store,
            cases=self.case_store,
            suspensions=self.suspensions,
            ended_sockets=self.ended_sockets,
            publisher=self.publisher,
            clock=self.clock,
        )

    @cached_property
    def feed(self) -> Feed:
        return Feed(gate=self.gate, feed=self.feed_store, lists=self.feed_lists, ranking=self.feed_ranking)

    @cached_property
    def search(self) -> Search:
        return Search(gate=self.gate, people=self.people_search)

    @cached_property
    def presence_queries(self) -> PresenceQueries:
        return PresenceQueries(
            redis=self.redis,
            gate=self.gate,
            presence=self.presence_store,
            blocks=self.block_store,
            sockets=self.socket_store,
        )

    @cached_property
    def socket_lifecycle(self) -> SocketLifecycle:
        return SocketLifecycle(
            gate=self.gate,
            sessions=self.session_store,
            sockets=self.socket_store,
            delivery=self.delivery,
            publisher=self.publisher,
            tokens=self.tokens,
            clock=self.clock,
            allowed_origins=self.settings.allowed_origins,
            websocket_url=self.settings.websocket_url,
        )

    @cached_property
    def notifications(self) -> Notifications:
        return Notifications(gate=self.gate, notifications=self.notification_store)

    @cached_property
    def notification_preferences(self) -> NotificationPreferencesService:
        return NotificationPreferencesService(
            redis=self.redis,
            gate=self.gate,
            users=self.user_store,
            rate_limits=self.rate_limits,
            links=self.unsubscribe_links,
            publisher=self.publisher,
        )

    @cached_property
    def push_subscriptions(self) -> PushSubscriptionService:
        return PushSubscriptionService(
            gate=self.gate,
            subscriptions=self.push_subscription_store,
            public_key=self.settings.vapid_public_key,
            any_host=self.settings.web_push_hosts == "any",
        )

    @cached_property
    def analytics(self) -> Analytics:
        return Analytics(gate=self.gate, analytics=self.analytics_store, clock=self.clock)

    @cached_property
    def health(self) -> Health:
        return Health(mongo=self.mongo, redis=self.redis, producer=self.producer)

    @cached_property
    def cache_warmer(self) -> CacheWarmer:
        return CacheWarmer(redis=self.redis, sessions=self.session_store, users=self.user_store)

    @cached_property
    def missed_messages(self) -> MissedMessages:
        return MissedMessages(
            reminders=self.reminders,
            conversations=self.conversation_store,
            recipients=self.recipients,
            emails=self.email_store,
            clock=self.clock,
        )

    @cached_property
    def email_sender(self) -> EmailSender | None:
        """None where no From address is configured: then no emails are stored or sent."""
        if self.settings.email_from is None or self.settings.public_url is None:
            return None
        return EmailSender(
            emails=self.email_store,
            links=self.mail_links,
            notification_mails=NotificationMails(
                recipients=self.recipients,
                connections=self.connection_store,
                notifications=self.notification_store,
                missed=self.missed_messages,
                links=self.unsubscribe_links,
                public_url=self.settings.public_url,
                clock=self.clock,
            ),
            public_url=self.settings.public_url,
            limit=self.settings.rate_limits.of("mail"),
            aws=self.aws,
            breaker=Breaker(self.clock, open_for=EMAIL_BREAKER_OPEN_FOR),
            sender=self.settings.email_from,
        )


@lru_cache(maxsize=1)
def wired() -> Wiring:
    """The wiring of this process, made from its environment. Raises SettingsError."""
    return Wiring(load_settings())
