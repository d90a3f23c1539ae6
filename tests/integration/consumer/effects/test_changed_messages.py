"""The consumer completes a change whose handler died right after its write."""

from urllib.parse import urlsplit

import pytest

from chalicelib.consumer.effects.changed_messages import ChangedMessages
from chalicelib.models.pairs import pair_id
from chalicelib.models.requests import HistoryQuery
from chalicelib.services.accounts import NewSession
from chalicelib.stores.message_commits import Draft
from chalicelib.stores.message_moves import KEEP, KEEP_FOR, MessageMoves
from chalicelib.stores.modifications import Deletion, Edit, Modification
from chalicelib.wiring import Wiring
from infra.provision.indexes import create_indexes
from tests.support.waiting import eventually
from tests.support.wirings import MakeWiring

COUNT = KEEP + 2


@pytest.fixture
def wiring(environment: dict[str, str], make_wiring: MakeWiring) -> Wiring:
    """A wiring on a separate database, in which the running consumer repairs nothing."""
    uri = urlsplit(environment["MONGODB_URI"])._replace(path="/repair").geturl()
    create_indexes(uri)
    return make_wiring(MONGODB_URI=uri)


@pytest.mark.parametrize("seq", [1, COUNT], ids=["of a message that was moved", "of one in the tail"])
@pytest.mark.parametrize(("modification", "text"), [(Edit("new"), "new"), (Deletion(), "")], ids=["edit", "deletion"])
def test_a_change_of_a_dead_handler_is_seen_and_settled(
    wiring: Wiring, ada: NewSession, bob: NewSession, modification: Modification, text: str, seq: int
) -> None:
    adas, bobs = ada.user.userId, bob.user.userId
    conversation = pair_id(adas, bobs)
    drafts = [Draft("old", f"{number:02}") for number in range(COUNT)]
    wiring.messages.send_all(ada.credentials, to_user_id=bobs, drafts=drafts)
    MessageMoves(wiring.mongo, lambda: wiring.clock() + KEEP_FOR).move(conversation)

    def shown() -> str:
        page = wiring.messages.history(bob.credentials, adas, HistoryQuery(after=seq - 1))
        return page.messages[0].message

    def stored() -> list[str]:
        document = wiring.mongo.conversations.find_one({"_id": conversation})
        assert document is not None
        moved = wiring.mongo.messages.find({"conversationId": conversation, "seq": seq})
        in_tail = document["tail"][seq - document["movedSeq"] - 1 :][:1] if seq > document["movedSeq"] else []
        return [*(entry["text"] for entry in in_tail), *(message["text"] for message in moved)]

    def waiting() -> object:
        document = wiring.mongo.conversations.find_one({"_id": conversation})
        return document and document.get("changed")

    assert shown() == "old"  # this caches the conversation
    changed = wiring.message_changes.change(adas, bobs, seq, modification)
    assert changed.written is not None
    assert shown() == "old", "the handler has died before it deleted the copy"
    effect = ChangedMessages(wiring.invalidator, wiring.message_settling)
    for _ in range(2):  # an effect may be repeated
        effect.apply([changed.written.event])
        assert shown() == text
        assert stored() == [text]
    if seq == 1:
        eventually(lambda: not waiting(), what="a conversation without the state")
