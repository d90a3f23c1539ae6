"""Strangers who are asked first: both write at once, or one writes on while the other accepts or ignores."""

from collections.abc import Iterator
from typing import Literal

from chalicelib.models.pairs import pair_id
from chalicelib.stores.message_commits import Draft, Stored
from tests.interleavings.exploration import Outcome, Play, Scenario
from tests.interleavings.people import People, Person
from tests.interleavings.scenarios.conversations import conversation_problems, send
from tests.interleavings.world import World


def first_and_first(world: World, people: People) -> Play:
    """Both write their first message: whoever has written has accepted, and only they have."""
    ada, bob = people.make(2, asked_first=True)
    drafts = {"send 1": Draft("text 1"), "send 2": Draft("text 2")}
    senders = {"send 1": ada, "send 2": bob}

    def problems(outcome: Outcome) -> Iterator[str]:
        yield from conversation_problems(world, outcome, (ada, bob), drafts)
        undecided = _undecided(world, ada, bob)
        for name, sender in senders.items():
            if isinstance(outcome.result(name), Stored) and sender.user_id in undecided:
                yield f"{name} was acknowledged, and its sender has not accepted the conversation"
        if len(undecided) > 1:
            yield "the conversation is a request to both"

    operations = {
        "send 1": send(world.wirings[0], ada, bob, drafts["send 1"]),
        "send 2": send(world.wirings[1], bob, ada, drafts["send 2"]),
    }
    return Play(operations, problems, {ada.user_id: "ada", bob.user_id: "bob"})


def second_and_answer(world: World, people: People, status: Literal["accepted", "ignored"]) -> Play:
    """Ada's first message waits, and she writes a second one while Bob answers the request."""
    ada, bob = people.make(2, asked_first=True)
    world.observer.message_commits.commit(ada.user_id, bob.user_id, [Draft("first")], asks=True)
    world.observer.mongo.conversations.update_many(
        {"pendingMessages.0": {"$exists": True}}, {"$set": {"pendingMessages": []}}
    )
    draft = Draft("second")

    def problems(outcome: Outcome) -> Iterator[str]:
        yield from conversation_problems(world, outcome, (ada, bob), {"send": draft}, before=1)
        states = world.observer.message_request_store.states_among({(pair_id(ada.user_id, bob.user_id), bob.user_id)})
        [state] = states.values() or [None]
        if outcome.has_returned("answer") and state != (None if status == "accepted" else "ignored"):
            yield f"the request was {status}, and is {state}"

    operations = {
        "send": send(world.wirings[0], ada, bob, draft),
        "answer": lambda: world.wirings[1].message_requests.answer(bob.credentials, ada.user_id, status),
    }
    return Play(operations, problems, {ada.user_id: "ada", bob.user_id: "bob"})


def _undecided(world: World, ada: Person, bob: Person) -> frozenset[str]:
    return world.observer.message_request_store.undecided_of(pair_id(ada.user_id, bob.user_id)) or frozenset()


SCENARIOS = (
    Scenario("first message and first message of strangers", first_and_first),
    Scenario("second message and acceptance", lambda world, people: second_and_answer(world, people, "accepted")),
    Scenario("second message and ignoring", lambda world, people: second_and_answer(world, people, "ignored"), False),
)
