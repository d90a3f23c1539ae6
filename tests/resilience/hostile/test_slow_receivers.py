"""A client that does not read what is sent to it."""

import json
import socket
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

from pymongo.database import Database
from websockets.sync.client import connect

from chalicelib.clients.management_api import Call, ManagementApi
from chalicelib.clients.sigv4 import AwsCredentials
from tests.e2e.clients import Device, Person
from tests.e2e.people import MakePerson
from tests.support.addresses import address
from tests.support.management import status_of

Stored = dict[str, Any]  # Any: BSON
FILLER = json.dumps({"event": "filler", "text": "x" * 120_000}).encode()


def fill(environment: dict[str, str], connection_id: str) -> None:
    """Pushes to a socket until its buffers are full."""
    with closing(ManagementApi(environment["WEBSOCKET_ENDPOINT"], lambda: AwsCredentials("local", "local"))) as api:
        statuses = (status_of(api, Call("POST", connection_id, FILLER)) for _ in range(1_000))
        assert next(status for status in statuses if status != 200) == 429


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


@contextmanager
def reading_nothing(
    person: Person, environment: dict[str, str], mongodb: Database[Stored], sockets: int = 20
) -> Iterator[None]:
    """Sockets of one user that read nothing, and whose buffers are full."""
    parts = urlsplit(person.websocket_url)
    with ExitStack() as stack:
        for _ in range(sockets):
            sock = socket.create_connection((parts.hostname, parts.port), source_address=(address(), 0))
            stack.enter_context(
                connect(
                    person.websocket_url,
                    sock=sock,
                    additional_headers=person.authorization,
                    compression=None,
                    max_queue=1,
                    close_timeout=0.1,
                    ping_interval=None,
                )
            )
        stored = [one["_id"] for one in mongodb["sockets"].find({"userId": person.user_id})]
        assert len(stored) == sockets
        with ThreadPoolExecutor(sockets) as threads:
            list(threads.map(lambda connection_id: fill(environment, connection_id), stored))
        yield


def test_sockets_that_read_nothing_hold_up_no_notification_of_others(
    make_person: MakePerson, environment: dict[str, str], mongodb: Database[Stored]
) -> None:
    watched, asking, asked, *idle = [make_person("Ada") for _ in range(7)]
    with ExitStack() as stack:
        device = stack.enter_context(asked.device())
        for person in idle:
            stack.enter_context(reading_nothing(person, environment, mongodb))
        mongodb["sockets"].update_many(
            {"userId": {"$in": [person.user_id for person in idle]}}, {"$addToSet": {"watching": watched.user_id}}
        )
        with watched.device():
            pass
        began = time.monotonic()
        assert asking.post(f"/api/connections/{asked.user_id}", {"status": "interested"}).status_code == 201
        device.expect("notification", fromUserId=asking.user_id)
        took = time.monotonic() - began
        print(f"A notification beside 80 sockets that read nothing took {took:.2f} s.")  # noqa: T201 - a figure
        assert took < 5.0


def test_messages_to_sockets_that_read_nothing_hold_up_no_request_of_others(
    make_person: MakePerson, environment: dict[str, str], mongodb: Database[Stored]
) -> None:
    sender, receiver, bystander = [make_person("Ada") for _ in range(3)]

    def send(number: int) -> int:
        body = {"toUserId": receiver.user_id, "message": "hi", "clientMessageId": str(number)}
        status: int = sender.post("/api/messages", body).status_code
        return status

    with reading_nothing(receiver, environment, mongodb), ThreadPoolExecutor(20) as threads:
        sent = [threads.submit(send, number) for number in range(60)]
        took = []
        for _ in range(10):
            began = time.monotonic()
            assert bystander.get("/api/profile").status_code == 200
            took.append(time.monotonic() - began)
        assert {one.result() for one in sent} == {201}
    print(f"Requests of others took {max(took):.2f} s at most.")  # noqa: T201 - a figure
    # Each worker meets the slow sockets once; with every message, it took four seconds and more.
    assert statistics.median(took) < 2.0
