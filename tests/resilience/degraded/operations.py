"""Every REST route, websocket action, upgrade and closing: how it is called, what it answers and what it needs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from chalicelib.security.unsubscribe_links import UnsubscribeLinks
from tests.e2e.clients import PASSWORD, Device, Person
from tests.support.addresses import email

ANSWER = 3
"""The seq of Ada's own message to Bob."""

Body = dict[str, Any]  # Any: JSON as a client writes it


@dataclass
class World:
    """The users of an operation, which Ada calls, or Carol where it is for moderators.

    Bob has written to her twice, she has answered, and he has asked her to connect; Carol is a stranger to both, and a
    moderator. `case_id` is that of Bob's report of Ada, for operations that need one.
    """

    ada: Person
    bob: Person
    carol: Person
    jwt_secret: str
    device: Device | None = None
    case_id: str = ""


@dataclass(frozen=True)
class Route:
    """A call that succeeds with `status`; `cached` says that Redis alone can answer it."""

    method: str
    path: str
    status: int
    body: Callable[[World], Body] = lambda _world: {}
    params: Callable[[World], dict[str, str]] = lambda _world: {}
    user: Callable[[World], Person] = lambda world: world.bob
    caller: Callable[[World], Person] = lambda world: world.ada
    cached: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def url(self, world: World) -> str:
        session_id = world.ada.session_id
        return self.path.format(userId=self.user(world).user_id, sessionId=session_id, seq=ANSWER, caseId=world.case_id)


@dataclass(frozen=True)
class Action:
    """A frame, and the event that follows, on Ada's own device or, with `at_bob`, on Bob's. None where none follows.

    The first word of the name is the frame's `action`.
    """

    name: str
    event: str | None
    frame: Callable[[World], Body] = field(default=lambda _world: {})
    at_bob: bool = False
    cached: bool = False

    @property
    def action(self) -> str:
        return self.name.partition(" ")[0]


@dataclass(frozen=True)
class Opening:
    """An upgrade, authenticated by a ticket or by a header; API Gateway calls `$connect`."""

    name: str
    with_ticket: bool

    def shown(self, ada: Person) -> tuple[str, dict[str, str] | None]:
        """Returns the URL and the headers of the upgrade. Taking a ticket needs Redis or MongoDB."""
        if not self.with_ticket:
            return ada.websocket_url, ada.authorization
        answer = ada.post("/api/websocket-ticket")
        assert answer.status_code == 201, answer.text
        return str(answer.json()["url"]), None


@dataclass(frozen=True)
class Closing:
    """A client closes its socket; API Gateway calls `$disconnect`, whose answer nobody sees."""

    name: str


def report_ada(world: World) -> None:
    """Has Bob report Ada, and notes the case."""
    body = {"userId": world.ada.user_id, "reason": "spam"}
    answer = world.bob.post("/api/reports", body)
    assert answer.status_code == 204, answer.text
    cases = world.carol.get("/api/moderation/cases").json()["cases"]
    [world.case_id] = [case["caseId"] for case in cases if case["userId"] == world.ada.user_id]


def call(route: Route, world: World, body: Body) -> httpx.Response:
    caller = route.caller(world)
    return caller.http.request(
        route.method,
        route.url(world),
        params=route.params(world),
        json=body if route.method != "GET" else None,
        headers=caller.authorization,
    )


def stranger(world: World) -> Person:
    return world.carol


def unsubscribing(world: World) -> dict[str, str]:
    return {"token": UnsubscribeLinks((world.jwt_secret,)).sign(world.ada.user_id, "message")}


ENDPOINT = "http://127.0.0.1:9/nobody"
SUBSCRIBED = "http://127.0.0.1:9/subscribed"
KEYS = {"p256dh": "B" + "A" * 86, "auth": "A" * 22}

BATCH = [{"message": text, "clientMessageId": text} for text in ("one", "two", "three")]

ROUTES = [
    Route(
        "POST",
        "/api/signup",
        202,
        lambda _: {"firstName": "Eve", "lastName": "Example", "emailId": email(), "password": PASSWORD},
    ),
    Route("POST", "/api/login", 200, lambda world: {"emailId": world.ada.email_id, "password": PASSWORD}),
    # Of these two, the first finds Ada's address confirmed; the second is of a link that was never sent.
    Route("POST", "/api/verification", 204, cached=True),
    Route("POST", "/api/verification/confirm", 410, lambda _: {"token": "x" * 43}),
    Route("GET", "/api/link", 200, cached=True),
    Route("POST", "/api/password-reset", 204, lambda world: {"emailId": world.ada.email_id}),
    Route("POST", "/api/password-reset/confirm", 410, lambda _: {"token": "x" * 43, "newPassword": "another one"}),
    Route("PATCH", "/api/profile/email", 204, lambda _: {"emailId": email(), "currentPassword": PASSWORD}),
    Route("POST", "/api/logout", 204),
    Route("POST", "/api/logout-all", 204),
    Route("GET", "/api/sessions", 200),
    Route("DELETE", "/api/sessions/{sessionId}", 204),
    Route("GET", "/api/profile", 200, cached=True),
    Route("PATCH", "/api/profile", 200, lambda _: {"about": "new"}),
    Route("PATCH", "/api/profile/password", 200, lambda _: {"currentPassword": PASSWORD, "newPassword": "another one"}),
    Route("DELETE", "/api/profile", 204, lambda _: {"currentPassword": PASSWORD}),
    Route("GET", "/api/users/{userId}", 200, cached=True),
    Route("POST", "/api/messages", 201, lambda world: {"toUserId": world.bob.user_id, "message": "hi"}),
    Route("POST", "/api/messages/batch", 200, lambda world: {"toUserId": world.bob.user_id, "messages": BATCH}),
    Route("GET", "/api/messages/{userId}", 200, cached=True),
    Route("PATCH", "/api/messages/{userId}/{seq}", 200, lambda _: {"message": "another"}),
    Route("DELETE", "/api/messages/{userId}/{seq}", 200),
    Route("POST", "/api/messages/{userId}/{seq}/reaction", 200, lambda _: {"reaction": "👍"}),
    Route("GET", "/api/conversations", 200),
    Route("PATCH", "/api/conversations/{userId}", 200, lambda _: {"muted": True, "archived": True}),
    Route("GET", "/api/conversations/requests", 200),
    Route("POST", "/api/conversations/requests/{userId}", 200, lambda _: {"status": "accepted"}),
    Route("GET", "/api/presence", 200, params=lambda world: {"userIds": world.bob.user_id}, cached=True),
    Route("POST", "/api/connections/{userId}", 201, lambda _: {"status": "interested"}, user=stranger),
    Route("POST", "/api/connections/requests/{userId}", 200, lambda _: {"status": "accepted"}),
    Route("GET", "/api/connections", 200),
    Route("GET", "/api/connections/requests", 200),
    Route("POST", "/api/blocks/{userId}", 204),
    Route("DELETE", "/api/blocks/{userId}", 204),
    Route("POST", "/api/reports", 204, lambda world: {"userId": world.carol.user_id, "reason": "spam"}),
    Route("GET", "/api/moderation/cases", 200, caller=stranger),
    Route("GET", "/api/moderation/cases/{caseId}", 200, caller=stranger),
    Route(
        "POST",
        "/api/moderation/cases/{caseId}/acts",
        200,
        lambda _: {"act": "suspend", "reason": "spam"},
        caller=stranger,
    ),
    Route("GET", "/api/feed", 200),
    Route("GET", "/api/search", 200, params=lambda _: {"q": "ada"}),
    Route("GET", "/api/notifications", 200),
    Route(
        "POST", "/api/notifications/read", 200, lambda _: {"notificationIds": ["0190a6e5-0000-7000-8000-000000000000"]}
    ),
    Route("GET", "/api/export", 200),
    Route("POST", "/api/export", 202),
    Route("GET", "/api/notifications/preferences", 200, cached=True),
    Route("PATCH", "/api/notifications/preferences", 200, lambda _: {"message": {"mail": False}}),
    Route("GET", "/api/push-subscriptions", 200),
    Route("POST", "/api/push-subscriptions", 204, lambda _: {"endpoint": ENDPOINT, "keys": KEYS}),
    Route("DELETE", "/api/push-subscriptions", 204, lambda _: {"endpoint": SUBSCRIBED}),
    Route("GET", "/api/unsubscribe", 200, params=unsubscribing, cached=True),
    Route("POST", "/api/unsubscribe", 200, params=unsubscribing),
    Route("GET", "/api/analytics/daily", 200),
    Route("POST", "/api/websocket-ticket", 201, cached=True),
    Route("GET", "/api/health", 200, cached=True),
    Route("GET", "/api/health/ready", 200),
]

ACTIONS = [
    Action(
        "private-message",
        "ack",
        lambda world: {"toUserId": world.bob.user_id, "message": "hi", "clientMessageId": "1"},
    ),
    Action("private-messages", "acks", lambda world: {"toUserId": world.bob.user_id, "messages": BATCH}),
    Action("register", "registered"),
    Action("presence:query", "presence:state", lambda world: {"userIds": [world.bob.user_id]}, cached=True),
    Action("presence:subscribe", "presence:state", lambda world: {"userIds": [world.bob.user_id]}),
    Action("presence:unsubscribe", None, lambda world: {"userIds": [world.bob.user_id]}),
    Action(
        "sync", "sync", lambda world: {"conversations": [{"userId": world.bob.user_id, "afterSeq": 1}]}, cached=True
    ),
    Action(
        "sync with changes",
        "sync",
        lambda world: {"conversations": [{"userId": world.bob.user_id, "afterSeq": 1, "afterChange": 0}]},
    ),
    Action(
        "message:edit",
        "message:changed",
        lambda world: {"userId": world.bob.user_id, "seq": ANSWER, "message": "another"},
    ),
    Action("message:delete", "message:changed", lambda world: {"userId": world.bob.user_id, "seq": ANSWER}),
    Action(
        "message:react",
        "message:changed",
        lambda world: {"userId": world.bob.user_id, "seq": ANSWER, "reaction": "👍"},
    ),
    Action("message:read", "message:read", lambda world: {"userId": world.bob.user_id, "seq": 2}, at_bob=True),
    Action("typing", "typing", lambda world: {"toUserId": world.bob.user_id}, at_bob=True, cached=True),
]

OPENINGS = [Opening("$connect with a ticket", with_ticket=True), Opening("$connect with a header", with_ticket=False)]
CLOSING = Closing("$disconnect")
