"""Two users who write to each other by way of the stores alone."""

from chalicelib.models.documents import ConversationDocument
from chalicelib.models.pairs import pair_id
from chalicelib.models.responses import MessageResponse
from chalicelib.stores.message_changes import MessageChanges
from chalicelib.stores.message_commits import Committed, Draft, MessageCommits, Stored
from chalicelib.stores.message_moves import KEEP, KEEP_FOR, MessageMoves
from chalicelib.stores.message_settling import MessageSettling
from chalicelib.stores.messages import MessageStore
from chalicelib.stores.modifications import Modification
from chalicelib.wiring import Wiring
from tests.support.clocks import OffsetClock
from tests.support.users import unknown_user_id
from tests.support.waiting import eventually


class Pair:
    def __init__(self, wiring: Wiring) -> None:
        self.mongo = wiring.mongo
        self.clock = OffsetClock()
        self.moves = MessageMoves(self.mongo, self.clock)
        self.commits = MessageCommits(self.mongo, self.moves, self.clock)
        self.changes = MessageChanges(self.mongo, self.clock)
        self.settling = MessageSettling(self.mongo)
        self.messages = MessageStore(self.mongo)
        self.ada, self.bob = sorted((unknown_user_id(), unknown_user_id()))
        self.id = pair_id(self.ada, self.bob)

    def commit(self, *drafts: Draft, from_bob: bool = False) -> Committed:
        sender, receiver = (self.bob, self.ada) if from_bob else (self.ada, self.bob)
        return self.commits.commit(sender, receiver, drafts)

    def send(self, client_message_id: str, *, from_bob: bool = False) -> tuple[int, bool]:
        """Sends one message, and returns its seq and whether it is new."""
        [outcome] = self.commit(Draft("hi", client_message_id), from_bob=from_bob).outcomes.values()
        assert isinstance(outcome, Stored)
        return outcome.message.seq, outcome.is_new

    def change(self, seq: int, modification: Modification, *, by_bob: bool = False) -> MessageResponse:
        """Changes a message, and settles it where it was moved. Returns it in its new state."""
        user, other = (self.bob, self.ada) if by_bob else (self.ada, self.bob)
        changed = self.changes.change(user, other, seq, modification)
        if changed.unsettled:
            self.settling.settle(self.id, changed.unsettled, moved_seq=seq)
        return changed.message

    def move(self) -> None:
        """Lets all messages grow old, and moves all but those that the tail always keeps."""
        self.clock.offset += KEEP_FOR
        self.move_due(KEEP)

    def move_due(self, kept: int) -> None:
        """Moves what may leave the tail now, and waits until it has left: nobody else does."""
        self.moves.move(self.id)
        eventually(lambda: len(self.document["tail"]) <= kept, what="a short tail")

    @property
    def document(self) -> ConversationDocument:
        document = self.mongo.conversations.find_one({"_id": self.id})
        assert document is not None
        assert document["lastSeq"] - document["movedSeq"] == len(document["tail"])
        return document

    def moved(self) -> int:
        """Returns how many messages are in `messages`."""
        return self.mongo.messages.count_documents({"conversationId": self.id})

    def history(self) -> list[MessageResponse]:
        """Returns all messages, page by page."""
        messages: list[MessageResponse] = []
        while True:
            page = self.messages.following(self.id, after=len(messages), limit=100)
            messages += page.messages
            assert [message.seq for message in messages] == list(range(1, len(messages) + 1))
            if not page.hasMore:
                return messages
