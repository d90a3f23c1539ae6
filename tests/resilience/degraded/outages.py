"""A gateway of its own that loses one server once everything has been prepared."""

import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from redis import Redis

from chalicelib import settings
from chalicelib.models.pairs import pair_id
from chalicelib.stores.users import ADMIN, MODERATOR
from chalicelib.wiring import Wiring
from infra.local.ports import free_port
from infra.local.state import CHECKOUT
from infra.ops.redis_access import opened_redis
from tests.e2e.clients import Device, Person, http_client
from tests.resilience.degraded.operations import (
    ACTIONS,
    CLOSING,
    OPENINGS,
    ROUTES,
    Action,
    Closing,
    Opening,
    Route,
    World,
    report_ada,
)
from tests.support.proxies.cuttable import Cuttable, Manner
from tests.support.redis_clusters import running_redis_cluster
from tests.support.users import sign_up
from tests.support.waiting import eventually
from tests.tooling.gateway.running import running

Operation = Route | Action | Opening | Closing
ADMINS = "GET /api/analytics/daily"
"""The operation that only an administrator may call."""

TOGETHER: Sequence[Set[str]] = (
    # What changes nothing of Ada's.
    {
        *(route.name for route in ROUTES if route.method == "GET" and route.name != ADMINS),
        *("POST /api/signup", "POST /api/verification", "POST /api/verification/confirm"),
        *("POST /api/password-reset/confirm", "POST /api/websocket-ticket"),
        *("register", "presence:query", "sync", "sync with changes", "typing"),
    },
    # Each of these changes what no other of them reads or writes.
    {
        *("POST /api/login", "POST /api/password-reset", "PATCH /api/profile", "PATCH /api/profile/email"),
        *("PATCH /api/conversations/{userId}", "POST /api/notifications/read", "PATCH /api/notifications/preferences"),
        *("POST /api/push-subscriptions", "DELETE /api/push-subscriptions", "POST /api/unsubscribe"),
        *("POST /api/reports", "POST /api/export"),
    },
    {"POST /api/messages", "POST /api/messages/batch", "PATCH /api/messages/{userId}/{seq}"},
)
"""Operations that do not disturb one another, by name: each of these groups has one world, which takes ten requests."""


SECONDS = 3.0
"""Seconds within which an operation must be answered: the bound of guarantee 8."""

MARGIN = 1.0
"""Seconds that a call may take longer, as it may wait for a processor on a machine that runs other tests, too."""


@dataclass(frozen=True)
class Outage:
    """`server` is lost; `worlds` has a world for each operation, by its name, all of them with the same Bob.

    Those of TOGETHER share Ada, each with a device of its own.

    `seconds` says how long each answer took, by the name of the operation.
    """

    server: str
    worlds: Mapping[str, World]
    bobs_device: Device
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Notes how long the block takes. Raises AssertionError where a slow machine would not explain it."""
        began = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - began
        assert self.seconds[name] < SECONDS + MARGIN


@contextmanager
def outage(server: str, manner: Manner, environment: Mapping[str, str], directory: Path) -> Iterator[Outage]:
    """Loses Redis or MongoDB once all is ready, and Kafka from the start, as Kafka's clients bypass a proxy.

    "a master" is one of the three of a Redis Cluster.
    """
    with ExitStack() as stack:
        loss = _loss(server, manner, environment, directory, stack)
        websocket_port = free_port()
        changed = {
            **loss.changed,
            "WEBSOCKET_ENDPOINT": f"http://127.0.0.1:{websocket_port}",
        }
        gateway = stack.enter_context(
            running(
                CHECKOUT,
                directory,
                *("--no-reload", "--websocket-port", str(websocket_port)),
                environment={**environment, **changed},
            )
        )

        redis = stack.enter_context(opened_redis(loss.redis_url))

        whole = stack.enter_context(closing(Wiring(settings.load(environment))))

        def person() -> Person:
            made = sign_up(whole)
            http = http_client(gateway.rest_url)
            stack.callback(http.close)
            return Person(http, gateway.websocket_url, made.user.emailId, made.user.userId, made.token)

        bob, carol = person(), person()
        whole.roles.give(MODERATOR, carol.email_id)
        bobs_device = stack.enter_context(bob.device())

        def world(sharing: Sequence[Operation]) -> World:
            made = World(person(), bob, carol, environment["JWT_SECRET"])
            if any(operation.name == ADMINS for operation in sharing):
                whole.roles.give(ADMIN, made.ada.email_id)
            _prepare(made)
            if any("{caseId}" in operation.name for operation in sharing):
                report_ada(made)
            eventually(lambda: _has_copies(made, redis), what="Ada's copies in Redis")
            return made

        everything: list[Operation] = [*ROUTES, *ACTIONS, *OPENINGS, CLOSING]
        groups = [[operation for operation in everything if operation.name in names] for names in TOGETHER]
        groups += [[operation] for operation in everything if operation.name not in set().union(*TOGETHER)]
        with ThreadPoolExecutor(4) as threads:
            made = zip(groups, threads.map(world, groups), strict=True)
            worlds = {operation.name: replace(shared) for group, shared in made for operation in group}
        of_open_sockets: list[Operation] = [*ACTIONS, CLOSING]
        for operation in of_open_sockets:
            worlds[operation.name].device = stack.enter_context(worlds[operation.name].ada.device())
        bobs_device.forget()
        loss.happen()
        yield Outage(server, worlds, bobs_device)


@dataclass(frozen=True)
class _Loss:
    """The changed settings of a gateway whose server can be lost; `redis_url` leads to Redis itself, past any proxy."""

    changed: Mapping[str, str]
    redis_url: str
    happen: Callable[[], None]


def _loss(server: str, manner: Manner, environment: Mapping[str, str], directory: Path, stack: ExitStack) -> _Loss:
    # The driver must not learn MongoDB's own address, or it would bypass the proxy.
    mongodb = stack.enter_context(_proxy(environment["MONGODB_URI"]))
    changed = {"MONGODB_URI": f"mongodb://127.0.0.1:{mongodb.port}/devconnect?directConnection=true"}
    redis_url = environment["REDIS_URL"]
    if server == "a master":
        data = directory / "cluster"
        data.mkdir()
        cluster = stack.enter_context(running_redis_cluster(data))
        number = signal.SIGKILL if manner == "refuses" else signal.SIGSTOP
        return _Loss(changed | {"REDIS_URL": cluster.url}, cluster.url, lambda: cluster.masters[0].send(number))
    redis = stack.enter_context(_proxy(redis_url))
    changed["REDIS_URL"] = f"redis://127.0.0.1:{redis.port}/0"
    if server == "kafka":
        broker = stack.enter_context(_proxy(environment["KAFKA_BOOTSTRAP_SERVERS"]))
        broker.cut(manner)
        changed["KAFKA_BOOTSTRAP_SERVERS"] = f"127.0.0.1:{broker.port}"
        return _Loss(changed, redis_url, lambda: None)
    lost = {"redis": redis, "mongodb": mongodb}[server]
    return _Loss(changed, redis_url, lambda: lost.cut(manner))


def _proxy(address: str) -> Cuttable:
    parts = urlsplit(address if "//" in address else f"//{address}")
    assert parts.hostname
    assert parts.port
    return Cuttable(parts.hostname, parts.port)


def _prepare(world: World) -> None:
    """Sends Bob's and Ada's messages and a request to connect from Bob, and has Ada read Bob's presence."""
    for text in ("one", "two"):
        _expect(201, world.bob.post("/api/messages", {"toUserId": world.ada.user_id, "message": text}))
    _expect(201, world.ada.post("/api/messages", {"toUserId": world.bob.user_id, "message": "three"}))
    _expect(201, world.bob.post(f"/api/connections/{world.ada.user_id}", {"status": "interested"}))
    _expect(200, world.ada.get("/api/presence", userIds=world.bob.user_id))


def _has_copies(world: World, redis: Redis) -> bool:
    """Reads the history, and returns whether it is cached by now.

    The consumer, which applies the effects of Bob's messages, may have revoked the lease of the fill: it is then filled
    by a later read.
    """
    _expect(200, world.ada.get(f"/api/messages/{world.bob.user_id}"))
    return redis.type(f"messages:{pair_id(world.ada.user_id, world.bob.user_id)}") == b"zset"


def _expect(status: int, answer: httpx.Response) -> None:
    assert answer.status_code == status, answer.text
