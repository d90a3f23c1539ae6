"""All stored messages of a database: those in the tails of their conversations, and those that were moved."""

from typing import Any, cast

from pymongo.database import Database

from chalicelib.models.documents import ConversationDocument, MessageDocument
from chalicelib.stores.conversation_tail import tail_of


def stored_messages(database: Database[dict[str, Any]]) -> list[MessageDocument]:  # Any: BSON
    """Returns each message once. The tails are read first, so one that is moved meanwhile is not missed."""
    by_id: dict[object, MessageDocument] = {}
    for conversation in database["conversations"].find():
        for message in tail_of(cast("ConversationDocument", conversation)):
            by_id[message["_id"]] = message
    for document in database["messages"].find():
        by_id.setdefault(document["_id"], cast("MessageDocument", document))
    return list(by_id.values())
