"""What a client calls its frame is in every answer to it, and in nothing else."""

import pytest

from tests.e2e.clients import Person


def test_every_answer_has_the_request_id_of_its_frame(ada: Person, bob: Person) -> None:
    message = {"toUserId": bob.user_id, "message": "hi"}
    with ada.device() as phone:
        asked: list[tuple[str, str, dict[str, object]]] = [
            ("private-message", "ack", {**message, "clientMessageId": "1"}),
            (
                "private-messages",
                "acks",
                {"toUserId": bob.user_id, "messages": [{"message": "hi", "clientMessageId": "2"}]},
            ),
            ("register", "registered", {}),
            ("presence:query", "presence:state", {"userId": bob.user_id}),
            ("presence:subscribe", "presence:state", {"userIds": [bob.user_id]}),
            ("sync", "sync", {"conversations": [{"userId": bob.user_id, "afterSeq": 0}]}),
        ]
        for number, (action, event, fields) in enumerate(asked):
            phone.send(action, requestId=f"r-{number}", **fields)
            phone.expect(event, requestId=f"r-{number}")


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("private-message", {"toUserId": "0" * 24, "message": "hi", "clientMessageId": "1"}),
        ("private-messages", {"toUserId": "0" * 24, "messages": [{"message": "hi", "clientMessageId": "1"}]}),
        ("presence:unsubscribe", {"userIds": []}),
        ("message:read", {"userId": "0" * 24, "seq": 1}),
        ("typing", {"toUserId": "nobody"}),
        ("fly", {}),
    ],
)
def test_an_error_has_the_request_id_whoever_found_it(ada: Person, action: str, fields: dict[str, object]) -> None:
    with ada.device() as phone:
        phone.send(action, requestId="r-1", **fields)
        phone.expect("error", action=action, requestId="r-1")


def test_a_request_id_in_a_wrong_form_is_an_error_that_names_it(ada: Person) -> None:
    with ada.device() as phone:
        phone.send("register", requestId="r 1")
        error = phone.expect("error", action="register")
        assert list(error["fields"]) == ["requestId"]
        assert "requestId" not in error


def test_other_devices_are_not_told_the_request_id(ada: Person, bob: Person) -> None:
    with ada.device() as phone, ada.device() as laptop, bob.device() as tablet:
        phone.send("private-message", toUserId=bob.user_id, message="hi", clientMessageId="1", requestId="r-1")
        for device in (laptop, tablet):
            assert "requestId" not in device.expect("private-message", seq=1)
        tablet.send("message:read", userId=ada.user_id, seq=1, requestId="r-2")
        assert "requestId" not in phone.expect("message:read", seq=1)
