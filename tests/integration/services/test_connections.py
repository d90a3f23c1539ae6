"""The states of a connection: sequences of requests and answers against a model of three lines, and concurrent ones."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chalicelib.errors import Conflict, DevConnectError, NotFound, RateLimited
from chalicelib.events.outbox import Written
from chalicelib.events.publisher import Publisher
from chalicelib.models.documents import ConnectionDocument
from chalicelib.security.quotas import noting_quota
from chalicelib.services.accounts import NewSession
from chalicelib.services.connections import Connections
from chalicelib.wiring import Wiring
from tests.support.users import sign_up, unknown_user_id
from tests.support.wirings import MakeWiring

Request = Literal["interested", "ignored"]
Answer = Literal["accepted", "rejected"]
EVENT = {
    "interested": "CONNECTION_REQUEST",
    "accepted": "CONNECTION_ACCEPTED",
    "rejected": "CONNECTION_REJECTED",
}


class Recorder(Publisher):
    """Records what would be published, and publishes nothing: so `pendingEvents` keeps every event that was written."""

    def __init__(self) -> None:
        self.published: list[str] = []

    def publish(self, *written: Written) -> None:
        self.published += [each.event.eventId for each in written]


@dataclass
class Pair:
    """Two users, and the connection between them."""

    wiring: Wiring
    people: tuple[NewSession, NewSession]
    publisher: Recorder = field(default_factory=Recorder)

    def __post_init__(self) -> None:
        wiring = self.wiring
        self.connections = Connections(
            gate=wiring.gate,
            rate_limits=wiring.rate_limits,
            users=wiring.user_store,
            cards=wiring.user_cards,
            connections=wiring.connection_store,
            message_requests=wiring.message_request_store,
            publisher=self.publisher,
        )
        self._id = ":".join(sorted(self.user_id(actor) for actor in (0, 1)))

    def user_id(self, actor: int) -> str:
        return self.people[actor].user.userId

    def request(self, actor: int, status: Request) -> bool:
        return self.connections.request(self.people[actor].credentials, self.user_id(1 - actor), status).is_new

    def answer(self, actor: int, status: Answer) -> None:
        self.connections.answer(self.people[actor].credentials, self.user_id(1 - actor), status)

    def document(self) -> ConnectionDocument | None:
        return self.wiring.mongo.connections.find_one({"_id": self._id})

    def forget(self) -> None:
        self.wiring.mongo.connections.delete_one({"_id": self._id})
        self.publisher.published.clear()


@pytest.fixture
def pair(make_wiring: MakeWiring) -> Pair:
    wiring = make_wiring(RATE_LIMIT_CONNECTIONS="100000/60", RATE_LIMIT_CONNECTION_REQUEST="100000/60")
    return Pair(wiring, (sign_up(wiring), sign_up(wiring)))


class ConnectionModel(RuleBasedStateMachine):
    """The model: who made the first request, and the status since then."""

    def __init__(self, pair: Pair) -> None:
        super().__init__()
        pair.forget()
        self.pair = pair
        self.first: int | None = None
        self.status: str | None = None
        self.unheard: str | None = None
        self.events: list[str] = []

    @rule(actor=st.sampled_from([0, 1]), status=st.sampled_from(["interested", "ignored"]))
    def request(self, actor: int, status: Request) -> None:
        if self.status is None:
            assert self.pair.request(actor, status)
            self._became(status)
            self.first = actor
        elif actor == self.first and (self.status == "ignored") == (status == "ignored"):
            assert not self.pair.request(actor, status), "whatever became of it, it was said before"
        elif actor != self.first and self.status == "ignored" and self.unheard in {None, status}:
            assert self.pair.request(actor, status) == (self.unheard is None), "ignored users see nothing of it"
            self.unheard = status
        elif actor != self.first and status == "interested" and self.status in {"interested", "accepted"}:
            assert not self.pair.request(actor, status)
            if self.status == "interested":
                self._became("accepted")
        else:
            with pytest.raises(Conflict):
                self.pair.request(actor, status)

    @rule(actor=st.sampled_from([0, 1]), status=st.sampled_from(["accepted", "rejected"]))
    def answer(self, actor: int, status: Answer) -> None:
        if self.status in {None, "ignored"}:  # a user who is ignored gets the same error as a stranger
            with pytest.raises(NotFound):
                self.pair.answer(actor, status)
        elif actor != self.first and self.status in {"interested", status}:
            self.pair.answer(actor, status)
            if self.status != status:
                self._became(status)
        else:
            with pytest.raises(Conflict):
                self.pair.answer(actor, status)

    @invariant()
    def the_document_is_the_model_with_each_event_in_it(self) -> None:
        document = self.pair.document()
        if document is None:
            assert self.status is None
            return
        assert document["status"] == self.status
        assert document["fromUserId"] == self.pair.user_id(self.first or 0)
        assert [event["eventType"] for event in document["pendingEvents"]] == self.events
        assert [event["eventId"] for event in document["pendingEvents"]] == self.pair.publisher.published

    def _became(self, status: str) -> None:
        self.status = status
        if status in EVENT:
            self.events.append(EVENT[status])


def test_every_sequence_of_requests_and_answers_follows_the_model(pair: Pair) -> None:
    run_state_machine_as_test(
        lambda: ConnectionModel(pair),  # type: ignore[arg-type] # a factory is accepted as well
        settings=hypothesis_settings(max_examples=40, stateful_step_count=8, deadline=None, database=None),
    )


def concurrently(*calls: Callable[[], object]) -> list[DevConnectError | None]:
    """Makes each call in a thread of its own. Returns the error that each has raised, or None."""

    def attempt(call: Callable[[], object]) -> DevConnectError | None:
        try:
            call()
        except DevConnectError as error:
            return error
        return None

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(attempt, calls))


def test_of_two_concurrent_answers_one_wins(pair: Pair) -> None:
    for _ in range(15):
        pair.forget()
        pair.request(0, "interested")
        accepted, rejected = concurrently(lambda: pair.answer(1, "accepted"), lambda: pair.answer(1, "rejected"))
        document = pair.document()
        assert document is not None
        assert document["status"] == ("rejected" if accepted else "accepted")
        assert [type(error) for error in (accepted, rejected) if error] == [Conflict]
        assert len(document["pendingEvents"]) == 2


def test_two_who_ask_each_other_at_the_same_moment_are_connected(pair: Pair) -> None:
    for _ in range(15):
        pair.forget()
        assert concurrently(lambda: pair.request(0, "interested"), lambda: pair.request(1, "interested")) == [
            None,
            None,
        ]
        document = pair.document()
        assert document is not None
        assert document["status"] == "accepted"
        assert [event["eventType"] for event in document["pendingEvents"]] == [
            "CONNECTION_REQUEST",
            "CONNECTION_ACCEPTED",
        ]


def test_concurrent_repeats_publish_one_event_each(pair: Pair) -> None:
    pair.forget()
    assert concurrently(*[lambda: pair.request(0, "interested")] * 4) == [None] * 4
    assert concurrently(*[lambda: pair.answer(1, "accepted")] * 4) == [None] * 4
    document = pair.document()
    assert document is not None
    assert [event["eventType"] for event in document["pendingEvents"]] == ["CONNECTION_REQUEST", "CONNECTION_ACCEPTED"]


# Limits


def test_how_many_users_one_asks_in_a_day_is_limited_and_a_repeat_or_a_refusal_counts_for_nothing(
    make_wiring: MakeWiring, ada: NewSession
) -> None:
    wiring = make_wiring(RATE_LIMIT_CONNECTION_REQUEST="2/86400")
    first, second, third = (sign_up(wiring) for _ in range(3))

    def request(user: NewSession, status: Request = "interested") -> bool:
        return wiring.connections.request(ada.credentials, user.user.userId, status).is_new

    with pytest.raises(NotFound):
        wiring.connections.request(ada.credentials, unknown_user_id(), "interested")
    assert [request(first), request(first), request(second)] == [True, False, True]
    with noting_quota() as noted, pytest.raises(RateLimited) as refused:
        request(third)
    assert noted.headers() == {
        "RateLimit-Policy": '"connection-request";q=2;w=86400',
        "RateLimit": f'"connection-request";r=0;t={refused.value.retry_after}',
    }, "the limit that refuses is told, not that of the requests"
    assert 86_000 < refused.value.retry_after <= 86_400
    assert request(third, "ignored"), "it reaches nobody"
