"""Messages that leave the tail of their conversation while others write to it, repeat an old message, and read."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from bson import ObjectId

from chalicelib.models.documents import MessageDocument
from chalicelib.models.pairs import pair_id
from chalicelib.models.requests import HistoryQuery
from chalicelib.models.responses import HistoryResponse
from chalicelib.stores.message_commits import Draft, Stored
from chalicelib.stores.message_moves import KEEP, MOVE_EVERY
from chalicelib.wiring import Wiring
from tests.interleavings.exploration import Outcome, Play, Scenario
from tests.interleavings.people import People, Person
from tests.interleavings.scenarios.conversations import conversation_problems, send
from tests.interleavings.world import World
from tests.support.conversations import conversation_of

OLD = MOVE_EVERY - 1
"""How many messages the conversation has: the next one makes a move due."""

OLDEST = HistoryQuery(after=0, limit=KEEP)

FIRST = "00000000-0000-7000-8000-000000000001"
"""The clientMessageId of the first message."""


def move(world: World, people: People, *, operations: tuple[str, ...]) -> Play:
    """All messages are in the tail, and old enough to leave it. `operations` are those of the scenario.

    `send` makes a move due; `move` is another process that moves; `repeat` sends the first message again, which the
    move takes away; `read` asks for the oldest messages, which no copy has.
    """
    ada, bob = people.make(2)
    conversation_id = pair_id(ada.user_id, bob.user_id)
    store_past(world, ada, bob)
    drafts = {"send": Draft("new"), "send too": Draft("new too"), "repeat": Draft("old", FIRST)}

    def problems(outcome: Outcome) -> Iterator[str]:
        sends = {name: draft for name, draft in drafts.items() if name in operations}
        yield from conversation_problems(world, outcome, (ada, bob), sends, before=OLD)
        repeated = outcome.result("repeat") if "repeat" in operations else None
        if isinstance(repeated, Stored) and (repeated.is_new or repeated.message.seq != 1):
            yield f"the repeat was stored again, with seq {repeated.message.seq}"
        page = outcome.result("read") if "read" in operations else None
        if isinstance(page, HistoryResponse) and [message.seq for message in page.messages] != list(range(1, KEEP + 1)):
            yield f"a reader sees {[message.seq for message in page.messages]}"

    parts: dict[str, Callable[[Wiring], Callable[[], object]]] = {
        "send": lambda wiring: send(wiring, ada, bob, drafts["send"]),
        "send too": lambda wiring: send(wiring, bob, ada, drafts["send too"]),
        "repeat": lambda wiring: send(wiring, ada, bob, drafts["repeat"]),
        "move": lambda wiring: partial(wiring.message_moves.move, conversation_id),
        "read": lambda wiring: partial(wiring.messages.history, bob.credentials, ada.user_id, OLDEST),
    }
    return Play(
        {name: parts[name](wiring) for name, wiring in zip(operations, world.wirings, strict=False)},
        problems,
        {ada.user_id: "ada", bob.user_id: "bob"},
    )


def store_past(world: World, ada: Person, bob: Person) -> None:
    """Store OLD messages of Ada, all of them in the tail."""
    conversation_id, at = pair_id(ada.user_id, bob.user_id), world.clock.now - timedelta(minutes=1)
    messages = [
        MessageDocument(
            _id=ObjectId(),
            conversationId=conversation_id,
            seq=seq,
            fromUserId=ada.user_id,
            toUserId=bob.user_id,
            clientMessageId=f"{FIRST[:-2]}{seq:02}",
            text="old",
            ts=at,
            pendingEvents=[],
        )
        for seq in range(1, OLD + 1)
    ]
    world.observer.mongo.conversations.insert_one(conversation_of(messages, moved=0))


def _scenario(*operations: str, is_small: bool) -> Scenario:
    return Scenario(
        f"move: {', '.join(operations)}", lambda world, people: move(world, people, operations=operations), is_small
    )


SCENARIOS = (
    _scenario("send", "send too", is_small=True),
    _scenario("send", "move", is_small=True),
    _scenario("repeat", "move", is_small=True),
    _scenario("read", "move", is_small=True),
    _scenario("send", "move", "repeat", is_small=False),
    _scenario("send", "send too", "repeat", is_small=False),
    _scenario("send", "move", "read", is_small=False),
)
