"""A message that is edited, deleted and reacted to at once, while others move it, read it or send it again."""

from collections.abc import Callable, Iterator
from functools import partial

from chalicelib.models.pairs import pair_id
from chalicelib.models.requests import HistoryQuery
from chalicelib.models.responses import HistoryResponse, MessageResponse
from chalicelib.stores.message_commits import Draft, Stored
from chalicelib.wiring import Wiring
from tests.interleavings.exploration import Outcome, Play, Scenario
from tests.interleavings.people import People, Person
from tests.interleavings.scenarios.conversations import conversation_problems, send
from tests.interleavings.scenarios.judging import broken
from tests.interleavings.scenarios.moves import FIRST, OLD, store_past
from tests.interleavings.world import World

NEWEST = HistoryQuery(limit=5)
EVENTS = {"MESSAGE_EDITED", "MESSAGE_DELETED", "MESSAGE_REACTED"}


def change(world: World, people: People, *, operations: tuple[str, ...]) -> Play:
    """`operations` are those of the scenario. A move takes the first message away, which is then the one that is
    changed; else it is the newest one. `read` asks for the newest messages, which no copy has.
    """
    ada, bob = people.make(2)
    conversation_id = pair_id(ada.user_id, bob.user_id)
    store_past(world, ada, bob)
    seq = 1 if {"move", "repeat"} & set(operations) else OLD
    draft = Draft("old", FIRST)

    def problems(outcome: Outcome) -> Iterator[str]:
        yield from conversation_problems(world, outcome, (ada, bob), {}, before=OLD)
        yield from change_problems(world, outcome, (ada, bob), seq, operations)
        if "repeat" in operations:
            repeated = outcome.result("repeat")
            if outcome.has_returned("repeat") and not (isinstance(repeated, Stored) and not repeated.is_new):
                yield f"the repeat of a changed message is answered by {repeated}"
        if "read" in operations and outcome.began_after("read", operations[0]):
            page, changed = outcome.result("read"), outcome.result(operations[0])
            if isinstance(changed, MessageResponse) and not (
                isinstance(page, HistoryResponse) and changed in page.messages
            ):
                yield f"a reader who began after the answer to {operations[0]} does not see it"

    def changing(name: str, wiring: Wiring) -> Callable[[], object]:
        changes = wiring.changes_of_messages
        operations: dict[str, Callable[[], object]] = {
            "edit": partial(changes.edit, ada.credentials, bob.user_id, seq, "edited"),
            "edit too": partial(changes.edit, ada.credentials, bob.user_id, seq, "edited too"),
            "delete": partial(changes.delete, ada.credentials, bob.user_id, seq),
            "react": partial(changes.react, bob.credentials, ada.user_id, seq, "👍"),
            "react too": partial(changes.react, ada.credentials, bob.user_id, seq, "🎉"),
            "move": partial(wiring.message_moves.move, conversation_id),
            "repeat": send(wiring, ada, bob, draft),
            "read": partial(wiring.messages.history, bob.credentials, ada.user_id, NEWEST),
        }
        return operations[name]

    return Play(
        {name: changing(name, wiring) for name, wiring in zip(operations, world.wirings, strict=False)},
        problems,
        {ada.user_id: "ada", bob.user_id: "bob"},
        answers_count="read" in operations,
    )


def change_problems(
    world: World, outcome: Outcome, people: tuple[Person, Person], seq: int, operations: tuple[str, ...]
) -> Iterator[str]:
    """Yields what is wrong with the numbers, the events and the state of the message that was changed."""
    ada, bob = people
    conversation_id = pair_id(ada.user_id, bob.user_id)
    missed = world.observer.message_store.missed(
        conversation_id, after_seq=OLD, after_change=0, limit=100, max_bytes=1_000_000
    )
    [stored] = world.observer.message_store.at({conversation_id: seq})
    history = world.observer.messages.history(bob.credentials, ada.user_id, HistoryQuery(after=seq - 1)).messages
    last = missed.last_change
    published = [event["data"]["change"] for event in world.events() if event["eventType"] in EVENTS]
    waiting = [event.data["change"] for event in world.pending_events() if event.eventType in EVENTS]
    answers = [answer for name in operations if isinstance(answer := outcome.result(name), MessageResponse)]
    numbers = {answer.change for answer in answers if answer.change}
    yield from broken(
        {
            f"the events of {last} changes are {published} in Kafka, and {waiting} pending": (
                {*published, *waiting} != set(range(1, last + 1))
            ),
            f"{waiting} are still pending": outcome.is_repaired and bool(waiting),
            f"the numbers {numbers} were answered, and the last one is {last}": max(numbers, default=0) > last,
            f"a sync says {missed.changed}, and MongoDB {stored}": missed.changed != ([stored] if last else []),
            f"the state has the number {stored.change}, and the conversation {last}": bool(last)
            and stored.change != last,
            # Whoever was answered has deleted the copy, so that no reader needs the repairs.
            f"the history says {history[0]}, and MongoDB {stored}": (outcome.is_repaired or last in numbers)
            and history[0] != stored,
        }
    )
    for answer in answers:
        if answer.change == last and answer != stored:
            yield f"{answer} was answered, and the message is {stored}"
    if "delete" in operations and outcome.has_returned("delete"):
        yield from broken({f"it was deleted, and is {stored}": stored.deleted is not True})
    if stored.deleted is True and outcome.is_repaired:
        yield from _texts_left(world, conversation_id, seq)


def _texts_left(world: World, conversation_id: str, seq: int) -> Iterator[str]:
    """Yields where MongoDB still has a text of a deleted message."""
    database = world.observer.mongo.database
    document = database["conversations"].find_one({"_id": conversation_id}) or {}
    place = seq - document["movedSeq"] - 1
    texts = [document["tail"][place]["text"]] if place >= 0 else []
    texts += [state.get("text", "") for state in document.get("changed", {}).values()]
    moved = database["messages"].find({"conversationId": conversation_id, "seq": seq})
    texts += [message["text"] for message in moved]
    if any(texts):
        yield f"the texts {texts} of a deleted message are left"


def _scenario(*operations: str, is_small: bool) -> Scenario:
    return Scenario(
        f"change: {', '.join(operations)}", lambda world, people: change(world, people, operations=operations), is_small
    )


SCENARIOS = (
    _scenario("edit", "edit too", is_small=True),
    _scenario("edit", "delete", is_small=True),
    _scenario("react", "react too", is_small=True),
    _scenario("edit", "read", is_small=True),
    _scenario("edit", "move", is_small=True),
    _scenario("delete", "move", is_small=True),
    _scenario("edit", "repeat", is_small=True),
    _scenario("delete", "read", is_small=False),
    _scenario("edit", "delete", "move", is_small=False),
    _scenario("edit", "react", "move", is_small=False),
    _scenario("delete", "move", "repeat", is_small=False),
)
