"""The responses of the REST API."""

from typing import Literal, Self

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.clock import iso
from chalicelib.models import fields, response_fields
from chalicelib.models.notification_preferences import Channels, ChannelsWithoutMail, NotificationPreferences
from chalicelib.models.profile import Profile
from chalicelib.models.protocol import PROTOCOL_VERSION


class UserResponse(Profile, frozen=True, kw_only=True):
    """A profile. Only the user's own has `emailId`, `emailVerified` and the settings below it: others are not told."""

    emailId: response_fields.EmailId | UnsetType = UNSET
    emailVerified: bool | UnsetType = UNSET
    messagesFrom: fields.MessagesFrom | UnsetType = UNSET
    presenceFor: fields.VisibleTo | UnsetType = UNSET
    lastSeenFor: fields.VisibleTo | UnsetType = UNSET


class SignupResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The address in its one form. The response is the same where it has an account already: its owner gets a mail."""

    emailId: response_fields.EmailId


class SessionResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A new session with its token, and its user."""

    userId: response_fields.UserId
    token: str
    expiresIn: response_fields.Seconds
    user: UserResponse


class MessageResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A message in its present state, with the same fields in the history and in a push.

    `change` is the number of its latest change, where it was changed. A `deleted` one has an empty text.
    """

    messageId: response_fields.MessageId
    conversationId: response_fields.ConversationId
    seq: response_fields.Seq
    fromUserId: response_fields.UserId
    toUserId: response_fields.UserId
    message: response_fields.Text
    ts: response_fields.Time
    replyTo: response_fields.Seq | UnsetType = UNSET
    change: response_fields.Change | UnsetType = UNSET
    editedAt: response_fields.Time | UnsetType = UNSET
    deleted: Literal[True] | UnsetType = UNSET
    reactions: response_fields.Reactions | UnsetType = UNSET


class HistoryResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Messages, ascending by seq. `hasMore` says whether there are more in the requested direction.

    These messages have all their changes up to `lastChange`, and perhaps later ones. It is 0 where that is not known.
    """

    messages: list[MessageResponse]
    hasMore: bool
    lastChange: int = 0


class SentResponse(msgspec.Struct, frozen=True, kw_only=True):
    messageId: response_fields.MessageId
    conversationId: response_fields.ConversationId
    seq: response_fields.Seq
    ts: response_fields.Time


class AckResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A message of a batch that is stored, or was before."""

    clientMessageId: response_fields.ClientMessageId
    messageId: response_fields.MessageId
    seq: response_fields.Seq
    ts: response_fields.Time


class RefusedResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A message of a batch that was refused, with the error that it would have alone."""

    clientMessageId: response_fields.ClientMessageId
    error: str
    code: str
    retryAfter: response_fields.Seconds | UnsetType = UNSET


class AcksResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the messages of a batch: each is in one of the two lists, in the order of the batch."""

    acks: list[AckResponse]
    errors: list[RefusedResponse]


class LastMessageResponse(msgspec.Struct, frozen=True, kw_only=True):
    seq: response_fields.Seq
    fromUserId: response_fields.UserId
    message: response_fields.Text
    ts: response_fields.Time
    deleted: Literal[True] | UnsetType = UNSET


class ConversationResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as one of its users sees it. `userId` is the other one, whose messages `unread` counts.

    `lastChange` is the number of the latest change of a message, 0 where there is none.
    """

    userId: response_fields.UserId
    lastMessage: LastMessageResponse
    lastSeq: response_fields.Seq
    readSeq: int
    lastChange: int
    unread: response_fields.Unread
    updatedAt: response_fields.Time
    muted: bool
    archived: bool


class ConversationMarksResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What the user has made of the conversation with `userId`, whom nobody tells."""

    userId: response_fields.UserId
    muted: bool
    archived: bool


class MessageRequestResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What the user has answered to the request of `userId`, whom nobody tells."""

    userId: response_fields.UserId
    status: Literal["accepted", "ignored"]


class ConversationsResponse(msgspec.Struct, frozen=True, kw_only=True):
    conversations: list[ConversationResponse]
    hasMore: bool


class PresenceState(msgspec.Struct, frozen=True, kw_only=True):
    userId: response_fields.UserId
    online: bool
    lastSeenAt: response_fields.Time | None


class PresenceResponse(msgspec.Struct, frozen=True, kw_only=True):
    presence: list[PresenceState]


class ConnectionResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The connection with another user, with the status that this user has given it."""

    userId: response_fields.UserId
    status: Literal["interested", "ignored", "accepted", "rejected"]


class UserCard(Profile, frozen=True, kw_only=True):
    """A user in a list."""


class ConnectionsResponse(msgspec.Struct, frozen=True, kw_only=True):
    connections: list[UserCard]
    hasMore: bool


class ConnectionRequestsResponse(msgspec.Struct, frozen=True, kw_only=True):
    requests: list[UserCard]
    hasMore: bool


class PeopleResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Users of the feed or of a search. `next` is the `cursor` of the next page, null where there are no more."""

    users: list[UserCard]
    hasMore: bool
    next: str | None


class DayResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A day in UTC. `counts` is {event type: number}; `activeUsers` counts the users who did something themselves."""

    date: response_fields.Day
    counts: dict[str, int]
    activeUsers: int


class AnalyticsResponse(msgspec.Struct, frozen=True, kw_only=True):
    days: list[DayResponse]


class TicketResponse(msgspec.Struct, frozen=True, kw_only=True):
    ticket: str
    expiresIn: response_fields.Seconds
    url: str


class OpenSessionResponse(msgspec.Struct, frozen=True, kw_only=True):
    """One of the user's own sessions. `current` marks the session of this request."""

    sessionId: response_fields.SessionId
    createdAt: response_fields.Time
    lastUsedAt: response_fields.Time
    ip: str
    userAgent: str
    current: bool


class SessionsResponse(msgspec.Struct, frozen=True, kw_only=True):
    sessions: list[OpenSessionResponse]
    hasMore: bool


class NotificationResponse(msgspec.Struct, frozen=True, kw_only=True):
    notificationId: response_fields.NotificationId
    type: response_fields.NotificationType
    fromUserId: response_fields.UserId
    text: str
    createdAt: response_fields.Time
    readAt: response_fields.Time | None


class NotificationsResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Notifications, the newest first. `unread` counts all of the user's unread ones; 100 stands for 100 or more."""

    notifications: list[NotificationResponse]
    hasMore: bool
    unread: response_fields.Unread


class UnreadResponse(msgspec.Struct, frozen=True, kw_only=True):
    unread: response_fields.Unread


class ExportResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The user's last export. `url` downloads it, and is good for `expiresIn`; another request has another one.

    `none` means that the user has asked for none, or that the last one is deleted; `pending` that it is being made.
    """

    state: Literal["none", "pending", "ready"]
    requestedAt: response_fields.Time | None
    completedAt: response_fields.Time | None
    bytes: int | None
    deletedAt: response_fields.Time | None
    url: str | None
    expiresIn: response_fields.Seconds | None


class PreferencesResponse(msgspec.Struct, frozen=True, kw_only=True):
    """How the user is told of each kind of notification. Until `doNotDisturbUntil` there is no mail and no web push."""

    message: Channels
    messageRequest: ChannelsWithoutMail
    connectionRequest: Channels
    connectionAccepted: Channels
    doNotDisturbUntil: response_fields.Time | None

    @classmethod
    def of(cls, preferences: NotificationPreferences) -> Self:
        until = preferences.doNotDisturbUntil
        return cls(
            message=preferences.message,
            messageRequest=preferences.messageRequest,
            connectionRequest=preferences.connectionRequest,
            connectionAccepted=preferences.connectionAccepted,
            doNotDisturbUntil=iso(until) if until is not None else None,
        )


class PushSubscriptionResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that the user is told in by web push."""

    endpoint: str
    createdAt: response_fields.Time


class PushSubscriptionsResponse(msgspec.Struct, frozen=True, kw_only=True):
    """`publicKey` is the `applicationServerKey` to subscribe with; null where there is no web push."""

    publicKey: str | None
    subscriptions: list[PushSubscriptionResponse]


class HealthResponse(msgspec.Struct, frozen=True, kw_only=True):
    status: Literal["ok"] = "ok"
    protocolVersion: response_fields.ProtocolVersion = PROTOCOL_VERSION


class ReadyResponse(msgspec.Struct, frozen=True, kw_only=True):
    """`degraded` means that the service works although a dependency is not well, `unavailable` that MongoDB is down.

    Of a dependency, `refuses_writes` means that Redis answers and takes no writes: it is full, or a replica.
    """

    status: Literal["ok", "degraded", "unavailable"]
    dependencies: dict[str, Literal["ok", "refuses_writes", "unavailable"]]
