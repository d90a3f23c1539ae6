"""A client that does not read what is sent to it."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from pymongo.database import Database
from websockets.sync.client import connect

from chalicelib.clients.aws import AwsClient
from tests.e2e.clients import Device, Person
from tests.support.addresses import address

Stored = dict[str, Any]  # Any: BSON
FILLER = json.dumps({"event": "filler", "text": "x" * 120_000}).encode()


def fill(environment: dict[str, str], connection_id: str) -> None:
    """Pushes to a socket until its buffers are full."""
    api = AwsClient(environment["WEBSOCKET_ENDPOINT"], None).management_api

    def push() -> None:
        for _ in range(1_000):
            api.post_to_connection(ConnectionId=connection_id, Data=FILLER)

    with pytest.raises(ClientError, match="LimitExceeded"):
        push()


def test_a_client_that_does_not_read_delays_nobody_and_can_sync_later(
    ada: Person, bob: Person, environment: dict[str, str], mongodb: Database[Stored]
) -> None:
    parts = urlsplit(bob.websocket_url)
    sock = socket.create_connection((parts.hostname, parts.port), source_address=(address(), 0))
    with connect(
        bob.websocket_url, sock=sock, additional_headers=bob.authorization, compression=None, max_queue=1
    ) as connection:
        [stored] = mongodb["sockets"].find({"userId": bob.user_id})
        fill(environment, stored["_id"])
        with bob.device() as tablet, ada.device() as phone:
            for number in range(1, 4):
                phone.send("private-message", toUserId=bob.user_id, message="hi", clientMessageId=str(number))
                assert phone.expect("ack")["seq"] == number
                assert tablet.expect("private-message")["seq"] == number
        slow = Device(connection)
        slow.send("sync", conversations=[{"userId": ada.user_id, "afterSeq": 0}])
        assert [one["seq"] for one in slow.expect("sync")["messages"]] == [1, 2, 3]
