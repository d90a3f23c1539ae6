"""Connections under random steps of both users, by Hypothesis: they follow their state machine."""

from collections.abc import Callable
from typing import Literal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chalicelib.errors import Conflict, DevConnectError, NotFound
from chalicelib.models.requests import PeopleQuery
from chalicelib.services.accounts import SignedIn
from chalicelib.wiring import Wiring
from tests.integration.conftest import sign_up

sides = st.sampled_from([0, 1])


class Connection(RuleBasedStateMachine):
    """The model: who said the first word, and what stands between the two."""

    def __init__(self, wiring: Wiring) -> None:
        super().__init__()
        self.wiring = wiring
        self.people: list[SignedIn] = [sign_up(wiring), sign_up(wiring)]
        self.requester: int | None = None
        self.status: str | None = None

    @rule(side=sides, word=st.sampled_from(["interested", "ignored"]))
    def say_the_first_word(self, side: int, word: Literal["interested", "ignored"]) -> None:
        me, other = self.people[side], self.people[1 - side]
        outcome = self.attempt(lambda: self.wiring.connections.request(me.credentials, other.user.userId, word))
        if self.status is None:
            assert outcome is True
            self.requester, self.status = side, word
        elif (self.requester, self.status) == (side, word):
            assert outcome is False, "said again, it is the same"
        else:
            assert isinstance(outcome, Conflict)

    @rule(side=sides, word=st.sampled_from(["accepted", "rejected"]))
    def answer(self, side: int, word: Literal["accepted", "rejected"]) -> None:
        me, other = self.people[side], self.people[1 - side]
        outcome = self.attempt(lambda: self.wiring.connections.answer(me.credentials, other.user.userId, word))
        asked = self.requester == 1 - side
        if self.status is None:
            assert isinstance(outcome, NotFound)
        elif asked and self.status in {"interested", word}:
            assert outcome is None
            self.status = word
        else:
            assert isinstance(outcome, Conflict)

    @invariant()
    def both_see_it(self) -> None:
        for side, person in enumerate(self.people):
            other = self.people[1 - side].user.userId
            connections = self.wiring.connections.accepted(person.credentials, PeopleQuery()).connections
            requests = self.wiring.connections.requests(person.credentials, PeopleQuery()).requests
            assert [one.userId for one in connections] == ([other] if self.status == "accepted" else [])
            waits = self.status == "interested" and self.requester == 1 - side
            assert [one.userId for one in requests] == ([other] if waits else [])

    @staticmethod
    def attempt(step: Callable[[], bool | None]) -> bool | DevConnectError | None:
        try:
            return step()
        except DevConnectError as error:
            return error


def test_connections_follow_their_states(wiring: Wiring) -> None:
    run_state_machine_as_test(
        lambda: Connection(wiring),  # type: ignore[arg-type] # documented to take a callable
        settings=settings(
            max_examples=40,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
