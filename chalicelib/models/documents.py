"""The documents of MongoDB, as pymongo reads and writes them. Times are aware datetimes in UTC."""

from datetime import datetime
from typing import Literal, NotRequired, TypedDict

from bson import ObjectId

from chalicelib.models.fields import Reason, VisibleTo
from chalicelib.models.profile import ProfileDocument

LinkPurpose = Literal["verify", "change", "reset"]
"""What a mailed link does: it verifies the account's address, gives it another one, or sets a new password."""

LinkEmailKind = Literal["welcome", "verify", "reset", "change"]
NoticeKind = Literal["taken", "changed", "new_password", "left", "warned", "suspended", "reinstated"]
NotificationEmailKind = Literal["request", "accepted", "missed"]
EmailKind = LinkEmailKind | NoticeKind | NotificationEmailKind
"""What an email is about. Its text is in models/mails.py."""


class PendingEvent(TypedDict):
    """An event that Kafka may not have yet: its envelope, and the time of the write that caused and stored it."""

    eventId: str
    eventType: str
    userId: str
    timestamp: str
    version: int
    data: dict[str, object]
    traceparent: NotRequired[str]
    at: datetime


class MailLink(TypedDict):
    """A link that was mailed: `hash` is the SHA-256 of its token, in hexadecimal. Only the mail has the token."""

    hash: str
    purpose: LinkPurpose
    emailId: str
    expiresAt: datetime


class FormerAddress(TypedDict):
    """An address that an account had until the event of this id."""

    eventId: str
    emailId: str


class ErasureDocument(TypedDict):
    """What is still to be erased of a user who has left since `at`: all that concerns these addresses.

    Others may have the `formerAddresses` by now. A document of an earlier release has none.
    """

    addresses: list[str]
    formerAddresses: NotRequired[list[str]]
    at: datetime


class SuspensionDocument(TypedDict):
    """That a user is suspended since `at`, by an act on a case."""

    caseId: str
    reason: Reason
    at: datetime


class UserDocument(ProfileDocument):
    """A user. An account of an earlier release lacks what is about its address: nobody has confirmed that."""

    _id: ObjectId
    firstName: str
    lastName: str
    searchTerms: NotRequired[list[str]]
    """What the user is found by: models/search_terms.py. An account of an earlier release has none until
    `infra.ops users index` has run."""

    emailId: str
    emailVerified: bool
    mailLinks: list[MailLink]
    formerAddresses: list[FormerAddress]
    passwordHash: bytes
    knownNetworks: NotRequired[list[str]]
    role: str
    blocked: list[str]
    messagesFrom: NotRequired[Literal["everyone", "connections"]]
    """From whom the user takes messages; from everyone also where strangers ask first."""

    strangersAsk: NotRequired[bool]
    """Whether the messages of strangers are requests, where the user takes messages from everyone. It is a field of its
    own, as a former release knows no third value of `messagesFrom`."""

    presenceFor: NotRequired[VisibleTo]
    lastSeenFor: NotRequired[VisibleTo]
    notify: NotRequired[dict[str, object]]
    """What differs from the defaults of models/notification_preferences.py."""

    sessionEpoch: int
    createdAt: datetime
    updatedAt: datetime
    pendingEvents: list[PendingEvent]


class ModeratedUserDocument(UserDocument):
    """The document of a user whom a moderator has suspended or reinstated.

    `liftedCases` are those whose suspension has ended, or must not begin any more: at most LIFTED of
    stores/suspensions.py.
    """

    suspension: NotRequired[SuspensionDocument]
    liftedCases: NotRequired[list[str]]


class LeftUserDocument(UserDocument):
    """The document of a user who has left, which stays: others' messages lead to it. Nothing in it is personal.

    It has an `erasure` as long as something else may be.
    """

    deletedAt: datetime
    erasure: NotRequired[ErasureDocument]


class SessionDocument(TypedDict):
    _id: str
    userId: str
    epoch: int
    createdAt: datetime
    expiresAt: datetime
    lastUsedAt: datetime
    ip: str
    userAgent: str
    endedAt: NotRequired[datetime]
    pendingEvents: list[PendingEvent]


class SocketDocument(TypedDict):
    """A websocket. Where it has a `sessionEndedAt`, it must be closed from then on, which may be in the future."""

    _id: str
    userId: str
    sessionId: str
    sessionExpiresAt: datetime
    ticketId: NotRequired[str]
    connectedAt: datetime
    presenceUntil: NotRequired[datetime]
    watching: list[str]
    sessionEndedAt: NotRequired[datetime]
    expiresAt: datetime
    closedAt: NotRequired[datetime]
    pendingEvents: list[PendingEvent]


class MessagePlace(TypedDict):
    """A message without its text: whose it is, and where and when it was sent."""

    _id: ObjectId
    conversationId: str
    seq: int
    fromUserId: str
    toUserId: str
    ts: datetime
    traceparent: NotRequired[str]


class MessageState(TypedDict):
    """What changes have made of a message: whatever is there replaces what was sent.

    `change` is the number of the latest one. Once the text is another one, `firstText` is a digest of the first
    (stores/message_state.py). `reactions` is {userId: emoji}. With a `deletedAt`, text and reactions are empty.
    """

    change: int
    text: NotRequired[str]
    firstText: NotRequired[str]
    editedAt: NotRequired[datetime]
    deletedAt: NotRequired[datetime]
    reactions: NotRequired[dict[str, str]]


class MessageDocument(MessagePlace):
    """A message. The fields of a MessageState are there once it was changed; `replyTo` is the seq of another one."""

    clientMessageId: str
    text: str
    replyTo: NotRequired[int]
    change: NotRequired[int]
    firstText: NotRequired[str]
    editedAt: NotRequired[datetime]
    deletedAt: NotRequired[datetime]
    reactions: NotRequired[dict[str, str]]
    pendingEvents: list[PendingEvent]


class TailPlace(TypedDict):
    """A message in the tail without its text. Its `traceparent` is that of its event, where the request was traced."""

    _id: ObjectId
    fromUserId: str
    ts: datetime
    traceparent: NotRequired[str]


class TailMessage(TailPlace):
    """A message in the tail of its conversation: see stores/conversation_tail.py."""

    clientMessageId: str
    text: str
    replyTo: NotRequired[int]


class RequestStates(TypedDict, total=False):
    """To whom of its two users a conversation is a request: {userId: the id of its first message}."""

    waiting: dict[str, ObjectId]
    ignored: dict[str, ObjectId]


class ConversationDocument(TypedDict):
    """A conversation. `_id` is the sorted pair of users; `readSeq` is {userId: the seq up to which they have read}.

    The messages up to `movedSeq` are in `messages`, and the later ones in `tail`. `movedIds` is {userId: the greatest
    clientMessageId of those of their messages that were moved}. `pendingMessages` are the messages in the tail whose
    MESSAGE_SENT is pending. It is made from the message, so `pendingEvents` has those of other types only.

    `lastChange` is the number of the latest change of a message, absent before the first. `changed` is {seq: the state
    of a message that was changed}, for those in the tail and those whose state is not in `messages` yet.
    """

    _id: str
    userIds: list[str]
    lastSeq: int
    movedSeq: int
    movedIds: dict[str, str]
    tail: list[TailMessage]
    readSeq: dict[str, int]
    lastChange: NotRequired[int]
    changed: NotRequired[dict[str, MessageState]]
    updatedAt: datetime
    muted: NotRequired[list[str]]
    """The users who are told nothing of it."""

    archived: NotRequired[list[str]]
    """Marks of the users who have put it away: see stores/conversation_marks.py."""

    requests: NotRequired[RequestStates]
    """There where it began as a request: see stores/message_requests.py."""

    pendingMessages: list[ObjectId]
    pendingEvents: list[PendingEvent]


class ConversationSummary(TypedDict):
    """A conversation with its newest message, and how many one of its users has not read: at most MAX_UNREAD.

    `lastState` is there where the newest message was changed.
    """

    _id: str
    userIds: list[str]
    lastSeq: int
    lastMessage: TailMessage
    lastState: NotRequired[MessageState]
    readSeq: dict[str, int]
    lastChange: NotRequired[int]
    updatedAt: datetime
    unread: int
    muted: bool
    archived: bool


class ConnectionDocument(TypedDict):
    """A connection. `_id` is the sorted pair of users, so they have only one. `createdAt` never changes.

    `unheardStatus` is the first move of a user who is ignored. Nobody is told of it: it is stored so that this user
    gets the answers that anybody else gets. Once one of the two has left, `status` is
    "left", and `leftStatus` what it was.
    """

    _id: str
    userIds: list[str]
    fromUserId: str
    toUserId: str
    status: str
    unheardStatus: NotRequired[str]
    leftStatus: NotRequired[str]
    createdAt: datetime
    updatedAt: datetime
    pendingEvents: list[PendingEvent]


class FeedList(TypedDict):
    """The beginning of a user's feed, ranked at some time for the skills that the user had then."""

    listId: str
    at: datetime
    skills: list[str]
    ranked: list[ObjectId]


class FeedDocument(TypedDict):
    """The newest ranked lists of a user, the newest last. `_id` is the userId."""

    _id: str
    lists: list[FeedList]
    expiresAt: datetime


class NotificationDocument(TypedDict):
    """A notification. `_id` is the eventId of its event. One that the user does not want to see is `hidden`."""

    _id: str
    userId: str
    type: str
    fromUserId: str
    text: str
    createdAt: datetime
    readAt: datetime | None
    hidden: NotRequired[Literal[True]]


class MessageNotificationDocument(NotificationDocument):
    """The notification of one sender's messages until it is read. `_id` is the eventId of the first one's event."""

    seq: int
    """Of the newest message that it stands for."""


class EmailDocument(TypedDict):
    """An email. `_id` is the eventId of its cause, or new. It has a `dueAt` until it is sent, or will never be.

    `userId` is whose account it is about, `epoch` the session epoch in which they asked for it, and `reason` why a
    moderator has warned or suspended them, where it matters. Under one of the `otherForms` of `to` an account of an
    earlier release may be stored. A mail about a connection is about `fromUserId`, one about missed messages of what
    has changed after `since`.
    """

    _id: str
    to: str
    kind: EmailKind
    userId: NotRequired[str]
    epoch: NotRequired[int]
    fromUserId: NotRequired[str]
    since: NotRequired[datetime]
    reason: NotRequired[Reason]
    otherForms: NotRequired[list[str]]
    createdAt: datetime
    dueAt: NotRequired[datetime]
    sentAt: NotRequired[datetime]
    refusedAt: NotRequired[datetime]
    droppedAt: NotRequired[datetime]
    expiresAt: datetime


class ExportDocument(TypedDict):
    """The last export that a user has asked for. `_id` is the userId.

    It has a `dueAt` until its file is made: who makes it claims it until then, under an `attempt` that names the file.
    Once that is complete, `key` is its name, and it lasts until `deletedAt`. The next export's takes its place.
    """

    _id: str
    requestedAt: datetime
    dueAt: NotRequired[datetime]
    attempt: NotRequired[str]
    key: NotRequired[str]
    bytes: NotRequired[int]
    completedAt: NotRequired[datetime]
    deletedAt: NotRequired[datetime]
    expiresAt: datetime
    pendingEvents: list[PendingEvent]


class ReminderDocument(TypedDict):
    """A reminder to look what a user has missed. `_id` is the userId. It has a `dueAt` until somebody has looked.

    `mailedAt` is when the last mail about missed messages was made.
    """

    _id: str
    dueAt: datetime
    mailedAt: NotRequired[datetime]
    expiresAt: datetime


class MissedConversation(TypedDict):
    """How many messages of the other user one has not read, at most MAX_UNREAD, and when the first of them came."""

    otherId: str
    unread: int
    firstUnreadAt: datetime


class PushSubscriptionDocument(TypedDict):
    """A browser that is told by web push. `_id` is the SHA-256 of the endpoint, in hexadecimal.

    `sessionId` and `epoch` are those in which it was subscribed.
    """

    _id: str
    userId: str
    sessionId: str
    epoch: int
    endpoint: str
    p256dh: str
    auth: str
    createdAt: datetime


class AttemptDocument(TypedDict):
    _id: ObjectId
    key: str
    at: datetime
    expiresAt: datetime


class InvalidationDocument(TypedDict):
    _id: ObjectId
    key: str
    at: datetime


class ProcessedEventDocument(TypedDict):
    _id: str
    expiresAt: datetime


class DailyCountsDocument(TypedDict):
    """The counts of a day. `_id` is the date in UTC, such as 2026-01-31. `activeUsers` is absent until there is one."""

    _id: str
    counts: dict[str, int]
    activeUsers: NotRequired[int]


class ActiveUserDocument(TypedDict):
    """A user who was active on a day. `_id` is `<date>:<userId>`, with the date as in the daily counts."""

    _id: str
    expiresAt: datetime


class LeaseDocument(TypedDict):
    _id: str
    owner: str
    until: datetime
