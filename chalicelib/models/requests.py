"""The requests to the REST API: bodies and query strings."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.email_addresses import canonical_address
from chalicelib.models import fields, passwords, search_terms

MAX_SOUGHT_SKILLS = 10


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Refuses unknown fields with an error that names them, so that a typing mistake is not silently ignored."""


def _checked(field: str, check: Callable[[str], None], value: str) -> None:
    """Raises ValueError that begins with the name of the field, as `parse_json` expects."""
    try:
        check(value)
    except ValueError as error:
        raise ValueError(f"`{field}` {error}") from error


def _check_address(text: str) -> None:
    try:
        canonical_address(text)
    except ValueError as error:
        raise ValueError("is not an email address") from error


class Signup(Strict, frozen=True):
    firstName: fields.Name
    lastName: fields.Name
    emailId: fields.EmailId
    password: fields.NewPassword

    def __post_init__(self) -> None:
        _checked("emailId", _check_address, self.emailId)
        address = canonical_address(self.emailId)
        _checked("password", passwords.check_new, self.password)
        _checked("password", partial(passwords.check_not_of_address, address=address), self.password)


class Login(Strict, frozen=True):
    emailId: fields.LoginEmailId
    password: fields.Password

    def __post_init__(self) -> None:
        _checked("password", passwords.check_given, self.password)


class PasswordChange(Strict, frozen=True):
    currentPassword: fields.Password
    newPassword: fields.NewPassword

    def __post_init__(self) -> None:
        _checked("currentPassword", passwords.check_given, self.currentPassword)
        _checked("newPassword", passwords.check_new, self.newPassword)


class LinkUse(Strict, frozen=True):
    """The token of a link that was mailed."""

    token: fields.LinkToken


class ResetRequest(Strict, frozen=True):
    """The address of the account whose password is lost."""

    emailId: fields.LoginEmailId


class PasswordReset(Strict, frozen=True):
    """The token of a link that was mailed, and the password that it sets."""

    token: fields.LinkToken
    newPassword: fields.NewPassword

    def __post_init__(self) -> None:
        _checked("newPassword", passwords.check_new, self.newPassword)


class EmailChange(Strict, frozen=True):
    """The address that the account shall have."""

    emailId: fields.EmailId
    currentPassword: fields.Password

    def __post_init__(self) -> None:
        _checked("emailId", _check_address, self.emailId)
        _checked("currentPassword", passwords.check_given, self.currentPassword)


class Leave(Strict, frozen=True):
    """The password of the account that ends."""

    currentPassword: fields.Password

    def __post_init__(self) -> None:
        _checked("currentPassword", passwords.check_given, self.currentPassword)


class ProfileChange(Strict, frozen=True):
    """An absent field stays unchanged, and null clears an optional field."""

    firstName: fields.Name | UnsetType = UNSET
    lastName: fields.Name | UnsetType = UNSET
    about: fields.About | UnsetType | None = UNSET
    skills: fields.Skills | UnsetType = UNSET
    photoUrl: fields.PhotoUrl | UnsetType | None = UNSET
    age: fields.Age | UnsetType | None = UNSET
    gender: fields.Gender | UnsetType | None = UNSET
    messagesFrom: fields.MessagesFrom | UnsetType = UNSET
    presenceFor: fields.VisibleTo | UnsetType = UNSET
    lastSeenFor: fields.VisibleTo | UnsetType = UNSET


class SendMessage(Strict, frozen=True):
    toUserId: fields.UserId
    message: fields.MessageText
    clientMessageId: fields.ClientMessageId | None = None
    replyTo: fields.MessageSeq | None = None


class BatchMessage(Strict, frozen=True):
    message: fields.MessageText
    clientMessageId: fields.ClientMessageId
    replyTo: fields.MessageSeq | None = None


class MessageEdit(Strict, frozen=True):
    """The text that a message shall have."""

    message: fields.MessageText


class MessageReaction(Strict, frozen=True):
    """The user's reaction to a message; null takes it back."""

    reaction: fields.Reaction | None


class Batch(Strict, frozen=True):
    """Messages to one user, in their order. Each has a clientMessageId of its own."""

    toUserId: fields.UserId
    messages: Annotated[list[BatchMessage], Meta(min_length=1, max_length=fields.MAX_BATCH)]

    def __post_init__(self) -> None:
        if len({message.clientMessageId for message in self.messages}) < len(self.messages):
            raise ValueError("`messages` has one clientMessageId twice")


class Empty(Strict, frozen=True):
    """A request without a body."""


class HistoryQuery(Strict, frozen=True):
    """`before` and `after` are seqs that are not on the page, and not given together. Without them, it is the last."""

    before: fields.Seq | None = None
    after: fields.Seq | None = None
    limit: fields.PageSize = 50

    def __post_init__(self) -> None:
        if self.before is not None and self.after is not None:
            raise ValueError("`after` cannot be given together with before")


class PresenceQuery(Strict, frozen=True):
    """`userIds` is a comma-separated list, as a query string has no lists."""

    LISTS: ClassVar[frozenset[str]] = frozenset({"userIds"})
    """The parameters that may be given more than once instead."""

    userIds: Annotated[
        str,
        Meta(
            pattern=r"^[0-9a-f]{24}(,[0-9a-f]{24})*\Z",
            description=f"At most {fields.MAX_PRESENCE_USERS} ids, separated by commas.",
        ),
    ]

    def __post_init__(self) -> None:
        if self.userIds.count(",") >= fields.MAX_PRESENCE_USERS:
            raise ValueError(f"`userIds` has more than {fields.MAX_PRESENCE_USERS} ids")

    @property
    def ids(self) -> list[str]:
        return list(dict.fromkeys(self.userIds.split(",")))


class ConnectionRequest(Strict, frozen=True):
    """The first word between two users: a request to connect, or a decision not to."""

    status: Literal["interested", "ignored"]


class ConnectionReply(Strict, frozen=True):
    """The other user's answer to a request to connect."""

    status: Literal["accepted", "rejected"]


class ConversationsQuery(Strict, frozen=True):
    """`before` is the last userId of the previous page. Without it, the most recently changed ones are returned."""

    before: fields.UserId | None = None
    limit: fields.PageSize = 50
    archived: fields.Flag = "false"


class MessageRequestsQuery(Strict, frozen=True):
    """`before` is the last userId of the previous page. Without it, the newest requests are returned."""

    before: fields.UserId | None = None
    limit: fields.PageSize = 50
    ignored: fields.Flag = "false"


class MessageRequestReply(Strict, frozen=True):
    """The user's answer to what a stranger has written."""

    status: Literal["accepted", "ignored"]


class ConversationChange(Strict, frozen=True):
    """What the user alone sees of a conversation. An absent field stays as it is."""

    muted: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


class PeopleQuery(Strict, frozen=True):
    """`before` is the last userId of the previous page. Without it, the newest entries are returned."""

    before: fields.UserId | None = None
    limit: fields.PageSize = 50


class FeedQuery(Strict, frozen=True):
    """`cursor` is the `next` of the previous page, which is good for 50 minutes. Without it, the feed begins."""

    cursor: fields.FeedCursor | None = None
    limit: fields.PageSize = 50


class SearchQuery(Strict, frozen=True):
    """One of `q` and `skills` is needed. `cursor` is the `next` of the previous page."""

    q: fields.SoughtNames | None = None
    skills: fields.SoughtSkills | None = None
    cursor: fields.UserId | None = None
    limit: fields.PageSize = 50

    def __post_init__(self) -> None:
        if self.q is not None and not search_terms.words(self.q):
            raise ValueError("`q` has no word to look for")
        if self.skills is not None and not 1 <= len(search_terms.skill_terms([self.skills])) <= MAX_SOUGHT_SKILLS:
            raise ValueError(f"`skills` does not name between 1 and {MAX_SOUGHT_SKILLS} skills")

    @property
    def wanted(self) -> list[list[str]]:
        """Lists of terms, of each of which a user must have one."""
        names = [search_terms.name_alternatives(word) for word in search_terms.words(self.q or "")]
        return [*names, *([skill] for skill in search_terms.skill_terms([self.skills or ""]))]


class SessionsQuery(Strict, frozen=True):
    """`before` is the last sessionId of the previous page. Without it, the sessions used last are returned."""

    before: fields.SessionId | None = None
    limit: fields.PageSize = 50


class NotificationsQuery(Strict, frozen=True):
    """`before` is the last notificationId of the previous page. Without it, the newest ones are returned."""

    before: fields.NotificationId | None = None
    limit: fields.PageSize = 50


class NotificationsRead(Strict, frozen=True):
    notificationIds: Annotated[list[fields.NotificationId], Meta(min_length=1, max_length=fields.MAX_PAGE)]


class ChannelsChange(Strict, frozen=True):
    """How to tell the user of one kind of notification. An absent channel stays as it is."""

    inApp: bool | UnsetType = UNSET
    mail: bool | UnsetType = UNSET
    push: bool | UnsetType = UNSET


class ChannelsWithoutMailChange(Strict, frozen=True):
    """How to tell the user of a kind of which nobody is mailed. An absent channel stays as it is."""

    inApp: bool | UnsetType = UNSET
    push: bool | UnsetType = UNSET


class PreferencesChange(Strict, frozen=True):
    """An absent field stays unchanged. Null, or a time that has passed, ends `doNotDisturbUntil`."""

    message: ChannelsChange | UnsetType = UNSET
    messageRequest: ChannelsWithoutMailChange | UnsetType = UNSET
    connectionRequest: ChannelsChange | UnsetType = UNSET
    connectionAccepted: ChannelsChange | UnsetType = UNSET
    doNotDisturbUntil: fields.QuietUntil | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        until = self.doNotDisturbUntil
        # Near its bounds a time cannot be converted to UTC.
        if isinstance(until, datetime) and not 2000 <= until.year <= 9000:
            raise ValueError("`doNotDisturbUntil` is not a time between the years 2000 and 9000")


class UnsubscribeQuery(Strict, frozen=True):
    """`token` is that of the link in a mail."""

    token: fields.UnsubscribeToken


class PushKeys(Strict, frozen=True):
    """The keys for which messages to a browser are encrypted."""

    p256dh: fields.P256dh
    auth: fields.PushAuth


class PushSubscription(Strict, frozen=True):
    """What PushSubscription.toJSON() of a browser returns. The push service tells when it has expired."""

    endpoint: fields.PushEndpoint
    keys: PushKeys
    expirationTime: fields.ExpirationTime | None = None


class PushEndpoint(Strict, frozen=True):
    """The endpoint of a subscription."""

    endpoint: fields.PushEndpoint


class DaysQuery(Strict, frozen=True, rename={"first": "from", "last": "to"}):
    """`from` and `to` are inclusive days in UTC. Without them, the last 7 days are returned."""

    # `from` is a keyword of Python.
    first: date | None = None
    last: date | None = None
