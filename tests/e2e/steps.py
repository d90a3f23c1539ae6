"""What people do in more than one file of the end-to-end tests."""

import pytest
from websockets.exceptions import InvalidStatus

from tests.e2e.clients import Device, Person, open_socket


def request(sender: Person, receiver: Person, status: str = "interested") -> int:
    return sender.post(f"/api/connections/{receiver.user_id}", {"status": status}).status_code


def answer(receiver: Person, sender: Person, status: str) -> int:
    return receiver.post(f"/api/connections/requests/{sender.user_id}", {"status": status}).status_code


def connect(sender: Person, receiver: Person) -> None:
    assert request(sender, receiver) == 201
    assert answer(receiver, sender, "accepted") == 200


def subscribe(device: Device, *people: Person) -> dict[str, bool]:
    device.send("presence:subscribe", userIds=[person.user_id for person in people])
    return {person.user_id: device.expect("presence:state", userId=person.user_id)["online"] for person in people}


def block(blocker: Person, other: Person) -> None:
    answer = blocker.post(f"/api/blocks/{other.user_id}")
    assert (answer.status_code, answer.content) == (204, b"")


def read_marks(device: Device, other: Person) -> dict[str, int]:
    """How far each user has read, as a sync tells the device that has missed nothing."""
    device.send("sync", conversations=[{"userId": other.user_id, "afterSeq": 100, "afterChange": 100}])
    marks: dict[str, int] = device.expect("sync", userId=other.user_id)["readSeq"]
    return marks


def refused(url: str, headers: dict[str, str] | None = None, origin: str | None = None) -> int:
    """The HTTP status with which the upgrade is refused."""
    with pytest.raises(InvalidStatus) as caught, open_socket(url, headers, origin):
        pass
    return caught.value.response.status_code
