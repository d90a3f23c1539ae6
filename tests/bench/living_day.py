"""One run of the day: the services that handlers call execute each of its operations, and each is timed."""

import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from bson import ObjectId
from redis import Redis

from chalicelib import settings
from chalicelib.clients.management_api import Answer, K, Lane, ManagementApi, R
from chalicelib.models.documents import MessageDocument
from chalicelib.models.pairs import pair_id
from chalicelib.models.requests import HistoryQuery, Login, ProfileChange
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import ClientIdentity
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.bench.chat_day import ChatDay, Kind, Operation
from tests.bench.mongodb_counts import DriverCounts
from tests.bench.passing_time import let_expire
from tests.support.clocks import OffsetClock
from tests.support.conversations import conversation_of
from tests.support.users import new_client, sign_up

NIGHT = timedelta(hours=24)
"""The time between the signups and the day. No cached copy outlives it."""

PASSWORD = "correct horse"


class DiscardingApi(ManagementApi):
    """Every push succeeds at once: pushes are no load on MongoDB or Redis."""

    def run(self, lanes: Mapping[K, Lane[R]], deadline: float = float("inf")) -> dict[K, R]:  # noqa: ARG002 - at once
        return {key: _result(lane) for key, lane in lanes.items()}


def _result(lane: Lane[R]) -> R:
    try:
        next(lane)
        while True:
            lane.send(Answer(200))
    except StopIteration as end:
        result: R = end.value
        return result


class BenchWiring(Wiring):
    @cached_property
    def management_api(self) -> ManagementApi:
        return DiscardingApi(self.settings.websocket_endpoint, lambda: None)


@dataclass
class Person:
    user_id: str
    email_id: str
    client: ClientIdentity
    credentials: Credentials
    connection_id: str = ""


class LivingDay:
    """A day that is being executed. `durations` has the seconds of every operation, by its kind."""

    def __init__(self, day: ChatDay, environment: Mapping[str, str], redis_url: str | None) -> None:
        self.day = day
        self.counts = DriverCounts()
        self.durations: defaultdict[Kind, list[float]] = defaultdict(list)
        self._clock = OffsetClock()
        self.wiring = BenchWiring(settings.load(environment), self._clock, [self.counts])
        self._redis = Redis.from_url(redis_url) if redis_url else None
        self._oldest_seen: dict[tuple[int, int], int] = {}
        self.people: list[Person] = []

    def close(self) -> None:
        self.wiring.close()
        if self._redis is not None:
            self._redis.close()

    def prepare(self) -> None:
        """Signs everybody up, stores the past messages of every conversation, and lets a night pass."""
        self.counts.begin("preparation")
        self.people = [self._sign_up() for _ in range(self.day.users)]
        self._write_pasts()
        self.pass_time(NIGHT)

    def live(self) -> Iterator[float]:
        """Executes all operations. Yields the fraction of the day that is over, after each step."""
        steps = list(self.day.steps())
        for number, step in enumerate(steps, start=1):
            for operation in (*step.opening, *step.using, *step.closing):
                self._execute(operation)
            self.pass_time(timedelta(hours=1) / self.day.steps_an_hour)
            yield number / len(steps)
        # A response over the same connection shows that the writes with w:0 before it are done.
        self.counts.begin("the end")
        self.wiring.mongo.ping()

    def session_checks(self, number: int) -> list[float]:
        """The seconds of each check of a session by the gate alone, with everything cached."""
        self.counts.begin("session checks")
        durations: list[float] = []
        for index in range(number + len(self.people)):
            credentials = self.people[index % len(self.people)].credentials
            with _stopwatch(durations):
                self.wiring.gate.admit(credentials, "profile")
        return durations[len(self.people) :]  # the first check of each user fills the caches

    def pass_time(self, time_passed: timedelta) -> None:
        self._clock.offset += time_passed
        if self._redis is not None:
            let_expire(self._redis, time_passed)

    def _sign_up(self) -> Person:
        client = new_client()
        signed_in = sign_up(self.wiring, client)
        return Person(signed_in.user.userId, signed_in.user.emailId, client, signed_in.credentials)

    def _write_pasts(self) -> None:
        pasts = [
            self._past(self.people[first].user_id, self.people[second].user_id)
            for first, second in self.day.conversations()
        ]
        self.wiring.mongo.messages.insert_many(message for past in pasts for message in past[:-1])
        self.wiring.mongo.conversations.insert_many(conversation_of(past, moved=len(past) - 1) for past in pasts)

    def _past(self, sender: str, receiver: str) -> list[MessageDocument]:
        return [
            MessageDocument(
                _id=(message_id := ObjectId()),
                conversationId=pair_id(sender, receiver),
                seq=seq,
                fromUserId=sender,
                toUserId=receiver,
                clientMessageId=str(message_id),
                text="as it was said before",
                ts=self._clock(),
                pendingEvents=[],
            )
            for seq in range(1, self.day.past_messages + 1)
        ]

    def _execute(self, operation: Operation) -> None:
        self.counts.begin(operation.kind)
        with _stopwatch(self.durations[operation.kind]):
            self._operations[operation.kind](operation)

    @cached_property
    def _operations(self) -> Mapping[Kind, Callable[[Operation], object]]:
        wiring = self.wiring
        return {
            Kind.LOG_IN: self._log_in,
            Kind.CONNECT: self._connect,
            Kind.OWN_PROFILE: lambda operation: wiring.profiles.own(self._credentials(operation)),
            Kind.PRESENCE: lambda operation: wiring.presence_queries.states(
                self._credentials(operation),
                [self.people[other].user_id for other in self.day.partners_of(operation.user)],
            ),
            Kind.HISTORY: lambda operation: self._read(operation, HistoryQuery()),
            Kind.OLDER: lambda operation: self._read(
                operation, HistoryQuery(before=self._oldest_seen[operation.user, operation.other])
            ),
            Kind.PROFILE: lambda operation: wiring.profiles.of(self._credentials(operation), self._other(operation)),
            Kind.SEND: lambda operation: wiring.messages.send(
                self._credentials(operation),
                to_user_id=self._other(operation),
                draft=Draft("what one says", secrets.token_hex(8)),
                from_socket=self.people[operation.user].connection_id,
            ),
            Kind.HEARTBEAT: self._heartbeat,
            Kind.EDIT: lambda operation: wiring.profiles.change(
                self._credentials(operation), ProfileChange(about="new")
            ),
            Kind.DISCONNECT: lambda operation: wiring.socket_lifecycle.disconnect(
                self.people[operation.user].connection_id
            ),
        }

    def _credentials(self, operation: Operation) -> Credentials:
        return self.people[operation.user].credentials

    def _other(self, operation: Operation) -> str:
        return self.people[operation.other].user_id

    def _log_in(self, operation: Operation) -> None:
        person = self.people[operation.user]
        login = Login(emailId=person.email_id, password=PASSWORD)
        person.credentials = self.wiring.accounts.log_in(login, person.client).credentials

    def _connect(self, operation: Operation) -> None:
        person = self.people[operation.user]
        person.connection_id = secrets.token_urlsafe(11)
        self.wiring.socket_lifecycle.connect(person.connection_id, person.credentials, None)

    def _heartbeat(self, operation: Operation) -> None:
        """Looks up the identity of the socket first, as `handlers.websocket` does."""
        connection_id = self.people[operation.user].connection_id
        identity = self.wiring.socket_store.identity(connection_id)
        assert identity is not None
        self.wiring.socket_lifecycle.heartbeat(connection_id, identity)

    def _read(self, operation: Operation, query: HistoryQuery) -> None:
        page = self.wiring.messages.history(self._credentials(operation), self._other(operation), query)
        self._oldest_seen[operation.user, operation.other] = page.messages[0].seq


@contextmanager
def _stopwatch(durations: list[float]) -> Iterator[None]:
    started = time.perf_counter()
    yield
    durations.append(time.perf_counter() - started)
