"""What must hold of a conversation after any order: messages in their places, once, and read as they are stored."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.models.pairs import pair_id
from chalicelib.models.requests import HistoryQuery
from chalicelib.stores.message_commits import Draft, Stored
from chalicelib.wiring import Wiring
from tests.interleavings.exploration import Outcome
from tests.interleavings.people import Person
from tests.interleavings.scenarios.judging import broken
from tests.interleavings.world import World

EVERYTHING = HistoryQuery(limit=100)


def send(wiring: Wiring, sender: Person, receiver: Person, draft: Draft) -> Callable[[], object]:
    return lambda: wiring.messages.send(sender.credentials, to_user_id=receiver.user_id, draft=draft)


def conversation_problems(
    world: World, outcome: Outcome, people: tuple[Person, Person], sends: Mapping[str, Draft], before: int = 0
) -> Iterator[str]:
    """Yields what is wrong. `sends` are the operations that send, with their drafts; `before` messages are older."""
    places = list(_places(world, pair_id(people[0].user_id, people[1].user_id)))
    stored = [place for place in places if isinstance(place, dict)]
    seqs = [message["seq"] for message in stored]
    names = [(message["fromUserId"], message["clientMessageId"]) for message in stored]
    history = world.observer.messages.history(people[0].credentials, people[1].user_id, EVERYTHING).messages
    seen = {message.seq: message.messageId for message in history}
    in_place = {message["seq"]: str(message["_id"]) for message in stored}
    yield from (place for place in places if isinstance(place, str))
    yield from broken(
        {
            f"the seqs are {seqs}": seqs != list(range(1, len(stored) + 1)),
            "a message is stored twice": len(set(names)) < len(names),
            f"the history has the messages {sorted(seen)}, and MongoDB {seqs}": outcome.is_repaired
            and seen != in_place,
        }
    )
    for name in sends:
        answer = outcome.result(name)
        if isinstance(answer, Stored):
            seq, message_id = answer.message.seq, answer.message.messageId
            yield from broken(
                {
                    f"{name} was acknowledged with seq {seq}, where its message is not": (
                        in_place.get(seq) != message_id
                    ),
                    f"{name} was acknowledged, and the history does not have it": seen.get(seq) != message_id,
                }
            )
    yield from _event_problems(world, outcome, stored[before:])


def _places(world: World, conversation_id: str) -> Iterator[dict[str, Any] | str]:  # Any: BSON
    """Yields each message with its seq, ascending; and what is wrong with where they are."""
    database = world.observer.mongo.database
    document = database["conversations"].find_one({"_id": conversation_id})
    if document is None:
        return
    moved = list(database["messages"].find({"conversationId": conversation_id}).sort("seq", 1))
    tail = [{**message, "seq": seq} for seq, message in enumerate(document["tail"], document["movedSeq"] + 1)]
    if document["lastSeq"] != document["movedSeq"] + len(tail):
        yield f"lastSeq is {document['lastSeq']}, movedSeq {document['movedSeq']}, and the tail has {len(tail)}"
    in_tail = {message["_id"]: message["seq"] for message in tail}
    for message in moved:
        if in_tail.get(message["_id"], message["seq"]) != message["seq"]:
            yield f"a message was moved to seq {message['seq']}, and is at {in_tail[message['_id']]} in the tail"
    yield from (message for message in moved if message["_id"] not in in_tail)
    yield from tail


def _event_problems(world: World, outcome: Outcome, new: list[dict[str, Any]]) -> Iterator[str]:  # Any: BSON
    published = {event["data"]["messageId"]: event for event in world.events() if event["eventType"] == "MESSAGE_SENT"}
    sent = [event for event in world.pending_events() if event.eventType == "MESSAGE_SENT"]
    pending = {event.data["messageId"] for event in sent}
    if outcome.is_repaired and pending:
        yield f"{len(pending)} events are still pending"
    for message in new:
        message_id = str(message["_id"])
        if message_id not in pending and message_id not in published:
            yield f"the event of message {message['seq']} is neither pending nor in Kafka"
    seqs = {str(message["_id"]): message["seq"] for message in new}
    for message_id, event in published.items():
        if event["data"].get("seq") != seqs.get(message_id):
            yield f"an event says seq {event['data'].get('seq')} of message {seqs.get(message_id)}"
