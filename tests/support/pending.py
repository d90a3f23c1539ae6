"""The events that wait to be published, as tests read them."""

from itertools import chain

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.events.envelope import Envelope
from chalicelib.stores.pending_events import pending_places


def pending_events(mongo: MongoDatabase) -> list[Envelope]:
    """Returns all events that are pending, wherever they are."""
    documents = chain.from_iterable(place.read() for place in pending_places(mongo))
    return [pending.event for document in documents for pending in document]
