"""A read of an operator's command may take longer than one of a request."""

import pytest
from pymongo.errors import PyMongoError

from chalicelib.clients.budget import REQUEST_SECONDS
from chalicelib.wiring import Wiring
from infra.ops.long_reads import without_timeout

IDS = [f"lease {number} of a slow read" for number in range(2)]


def read_for_longer(wiring: Wiring) -> int:
    """Reads two documents by a cursor for which MongoDB takes longer than a request may."""
    slow = {"_id": {"$in": IDS}, "$where": f"sleep({600 * REQUEST_SECONDS}) || true"}
    return len(list(wiring.mongo.leases.find(slow).batch_size(1)))


def test_a_cursor_that_takes_longer_than_a_request_is_read_to_its_end(wiring: Wiring) -> None:
    wiring.mongo.leases.insert_many([{"_id": id_, "owner": "", "until": wiring.clock()} for id_ in IDS])
    try:
        with pytest.raises(PyMongoError, match="time"):
            read_for_longer(wiring)
        with without_timeout():
            assert read_for_longer(wiring) == len(IDS)
    finally:
        wiring.mongo.leases.delete_many({"_id": {"$in": IDS}})
