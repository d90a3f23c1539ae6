"""What each writing operation may leave when MongoDB is lost in the middle of it, and how its repeat is answered.

Operations that are not named here write nothing.
"""

from dataclasses import dataclass

from tests.resilience.degraded.in_process import Answer


@dataclass(frozen=True)
class Contract:
    """`commit` is the collection whose write makes the operation happen; that write carries the event, if there is one.

    `again` are the answers to a repeat of an operation that had happened, though its client was not told so. `before`
    are collections whose writes may come before the commit, and mean nothing without it. In the collections of
    `once_more` a repeat may leave a second document, beside that of the first attempt, of which no client was told.
    """

    commit: str
    again: frozenset[Answer]
    before: frozenset[str] = frozenset()
    once_more: frozenset[str] = frozenset()


def _contract(commit: str, *again: Answer, before: str = "", once_more: str = "") -> Contract:
    return Contract(commit, frozenset(again), frozenset(before.split()), frozenset(once_more.split()))


CONTRACTS = {
    # The repeat tells the owner of the address, by an event in the document of the one user, who may log in.
    "POST /api/signup": _contract("users", 202, once_more="sessions users"),
    # No client has the token of the first session.
    "POST /api/login": _contract("sessions", 200, once_more="sessions"),
    # A second mail may be sent.
    "POST /api/password-reset": _contract("emails", 204, once_more="emails"),
    "PATCH /api/profile/email": _contract("emails", 204, once_more="emails"),
    "POST /api/logout": _contract("sessions", 204, 401),
    "POST /api/logout-all": _contract("users", 401),
    # The session is over: it is no longer one of the user's, or it was the one that the repeat is made with.
    "DELETE /api/sessions/{sessionId}": _contract("sessions", 404, 401),
    "PATCH /api/profile": _contract("users", 200),
    # All earlier sessions have ended, and the new password has begun another.
    "PATCH /api/profile/password": _contract("users", 401, once_more="sessions"),
    # The account is over, and so is the session of the repeat.
    "DELETE /api/profile": _contract("users", 401),
    "PATCH /api/conversations/{userId}": _contract("conversations", 200),
    "POST /api/conversations/requests/{userId}": _contract("conversations", 200),
    "POST /api/messages": _contract("conversations", 200),
    "POST /api/messages/batch": _contract("conversations", 200),
    "PATCH /api/messages/{userId}/{seq}": _contract("conversations", 200),
    "DELETE /api/messages/{userId}/{seq}": _contract("conversations", 200),
    "POST /api/messages/{userId}/{seq}/reaction": _contract("conversations", 200),
    "POST /api/connections/{userId}": _contract("connections", 200),
    "POST /api/connections/requests/{userId}": _contract("connections", 200),
    # The deletion of cached copies is announced first, as no event would do it later.
    "POST /api/blocks/{userId}": _contract("users", 204, before="invalidations"),
    "DELETE /api/blocks/{userId}": _contract("users", 204, before="invalidations"),
    "POST /api/reports": _contract("cases", 204),
    # The user is suspended by the effect of its event, where nobody repeats it.
    "POST /api/moderation/cases/{caseId}/acts": _contract("cases", 200),
    # A list that no client was told of is one of a user's last five.
    "GET /api/feed": _contract("feeds", 200, once_more="feeds"),
    "POST /api/export": _contract("exports", 202),
    "POST /api/notifications/read": _contract("notifications", 200),
    "PATCH /api/notifications/preferences": _contract("users", 200),
    "POST /api/push-subscriptions": _contract("push_subscriptions", 204),
    "DELETE /api/push-subscriptions": _contract("push_subscriptions", 204),
    "POST /api/unsubscribe": _contract("users", 200),
    "private-message": _contract("conversations", "ack"),
    "private-messages": _contract("conversations", "acks"),
    "register": _contract("sockets", "registered"),
    "presence:subscribe": _contract("sockets", "presence:state"),
    "presence:unsubscribe": _contract("sockets", None),
    "message:edit": _contract("conversations", "message:changed"),
    "message:delete": _contract("conversations", "message:changed"),
    "message:react": _contract("conversations", "message:changed"),
    # A read mark is pushed once.
    "message:read": _contract("conversations", None),
    # Each upgrade is a socket of its own.
    "$connect with a ticket": _contract("sockets", 200, once_more="sockets"),
    "$connect with a header": _contract("sockets", 200, once_more="sockets"),
    "$disconnect": _contract("sockets", None),
}
