"""Two who write to each other at once, one who sends again, one who reads, and one who blocks the other."""

from collections.abc import Iterator

from chalicelib.errors import Blocked
from chalicelib.models.requests import HistoryQuery
from chalicelib.models.responses import HistoryResponse
from chalicelib.stores.message_commits import Draft, Stored
from tests.interleavings.exploration import Outcome, Play, Scenario
from tests.interleavings.people import People, Person
from tests.interleavings.scenarios.conversations import conversation_problems, send
from tests.interleavings.world import World


def send_and_send(world: World, people: People, senders: int) -> Play:
    """Both write their first message to each other; a third one is Ada's from another device."""
    ada, bob = people.make(2)
    directions = [(ada, bob), (bob, ada), (ada, bob)][:senders]
    drafts = {f"send {number}": Draft(f"text {number}") for number in range(1, senders + 1)}
    operations = {
        name: send(wiring, sender, receiver, draft)
        for (name, draft), (sender, receiver), wiring in zip(drafts.items(), directions, world.wirings, strict=False)
    }
    return Play(operations, lambda outcome: conversation_problems(world, outcome, (ada, bob), drafts), _names(ada, bob))


def send_and_repeat(world: World, people: People, sends: int) -> Play:
    """The same message is sent several times at once."""
    ada, bob = people.make(2)
    drafts = dict.fromkeys((f"send {number}" for number in range(1, sends + 1)), Draft("text"))

    def problems(outcome: Outcome) -> Iterator[str]:
        yield from conversation_problems(world, outcome, (ada, bob), drafts)
        answers = [outcome.result(name) for name in drafts]
        if len({answer.message.messageId for answer in answers if isinstance(answer, Stored)}) > 1:
            yield "the same message was acknowledged as two"
        if sum(answer.is_new for answer in answers if isinstance(answer, Stored)) > 1:
            yield "the same message was new twice"

    operations = {
        name: send(wiring, ada, bob, draft)
        for (name, draft), wiring in zip(drafts.items(), world.wirings, strict=False)
    }
    return Play(operations, problems, _names(ada, bob))


def send_and_read(world: World, people: People, *, readers: int, senders: int, after: int | None) -> Play:
    """A conversation of one message, which no copy has. `after` is where the readers ask on from, as a sync does."""
    ada, bob = people.make(2)
    world.observer.message_commits.commit(ada.user_id, bob.user_id, [Draft("old")])
    _forget_events(world)
    drafts = {f"send {number}": Draft(f"new {number}") for number in range(1, senders + 1)}
    readings = [f"read {number}" for number in range(1, readers + 1)]
    query = HistoryQuery(after=after)

    def problems(outcome: Outcome) -> Iterator[str]:
        yield from conversation_problems(world, outcome, (ada, bob), drafts, before=1)
        for sending in drafts:
            sent = outcome.result(sending)
            for reading in readings:
                page = outcome.result(reading)
                if outcome.began_after(reading, sending) and not (
                    isinstance(sent, Stored) and isinstance(page, HistoryResponse) and sent.message in page.messages
                ):
                    yield f"{reading} began after {sending} was acknowledged, and does not see its message"

    writers, others = world.wirings[:senders], world.wirings[senders:]
    sends = {name: send(wiring, ada, bob, draft) for (name, draft), wiring in zip(drafts.items(), writers, strict=True)}
    reads = {
        name: lambda wiring=wiring: wiring.messages.history(bob.credentials, ada.user_id, query)
        for name, wiring in zip(readings, others, strict=False)
    }
    return Play({**sends, **reads}, problems, _names(ada, bob), answers_count=readers + senders == 2)


def send_and_block(world: World, people: People, *, cached: bool) -> Play:
    """Ada writes to Bob, who blocks her."""
    ada, bob = people.make(2)
    if not cached:
        world.redis.delete(world.observer.user_store.cache_key(bob.user_id))
    draft = Draft("text")

    def problems(outcome: Outcome) -> Iterator[str]:
        yield from conversation_problems(world, outcome, (ada, bob), {"send": draft})
        document = world.observer.mongo.database["users"].find_one({"emailId": bob.email_id}) or {}
        is_blocked = ada.user_id in document["blocked"]
        if outcome.has_returned("block") and not is_blocked:
            yield "an acknowledged block is not in MongoDB"
        lookup = world.observer.user_store.lookup(bob.user_id)
        blockers = world.observer.block_store.lookup_blockers(ada.user_id)
        world.observer.redis.fetch(lookup, blockers)
        seen, blocking = lookup.resolve(), blockers.resolve()
        assert seen is not None
        if outcome.is_repaired or outcome.has_returned("block"):
            if (ada.user_id in seen.blocked) is not is_blocked:
                yield f"Bob's copy has blocked {seen.blocked}, and MongoDB {document['blocked']}"
            if (bob.user_id in (blocking or [])) is not is_blocked:
                yield f"the copy of Ada's blockers is {blocking}, and MongoDB has blocked: {is_blocked}"
        if outcome.began_after("send", "block") and not isinstance(outcome.result("send"), Blocked):
            yield "a message that was sent after the block was answered is stored"

    operations = {
        "send": send(world.wirings[0], ada, bob, draft),
        "block": lambda: world.wirings[1].blocks.block(bob.credentials, ada.user_id),
    }
    return Play(operations, problems, _names(ada, bob), answers_count=True)


def _names(ada: Person, bob: Person) -> dict[str, str]:
    return {ada.user_id: "ada", bob.user_id: "bob"}


def _forget_events(world: World) -> None:
    """The events of a scenario's past are published already."""
    world.observer.mongo.conversations.update_many(
        {"pendingMessages.0": {"$exists": True}}, {"$set": {"pendingMessages": []}}
    )


SCENARIOS = (
    Scenario("send and send", lambda world, people: send_and_send(world, people, 2)),
    Scenario("three sends", lambda world, people: send_and_send(world, people, 3), False),
    Scenario("send and repeat", lambda world, people: send_and_repeat(world, people, 2)),
    Scenario("send and two repeats", lambda world, people: send_and_repeat(world, people, 3), False),
    Scenario("send and history", lambda world, people: send_and_read(world, people, readers=1, senders=1, after=None)),
    Scenario("send and sync", lambda world, people: send_and_read(world, people, readers=1, senders=1, after=1), False),
    Scenario(
        "send and two histories",
        lambda world, people: send_and_read(world, people, readers=2, senders=1, after=None),
        False,
    ),
    Scenario(
        "two sends and a history",
        lambda world, people: send_and_read(world, people, readers=1, senders=2, after=None),
        False,
    ),
    Scenario("send and block", lambda world, people: send_and_block(world, people, cached=True)),
    Scenario("send and block, uncached", lambda world, people: send_and_block(world, people, cached=False), False),
)
