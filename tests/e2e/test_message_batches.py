"""Several messages in one frame, and in one request."""

from collections.abc import Sequence

from tests.e2e.clients import Person

Entry = dict[str, str]


def batch(*texts: str, first: int = 0) -> list[Entry]:
    return [{"message": text, "clientMessageId": f"m{number:03}"} for number, text in enumerate(texts, first)]


def history(of: Person, other: Person) -> list[tuple[int, str]]:
    messages = of.get(f"/api/messages/{other.user_id}", limit=100).json()["messages"]
    return [(message["seq"], message["message"]) for message in messages]


def ids(entries: Sequence[Entry]) -> list[str]:
    return [entry["clientMessageId"] for entry in entries]


def test_a_batch_reaches_every_other_device_of_both_users_in_its_order(ada: Person, bob: Person) -> None:
    with ada.device() as phone, ada.device() as laptop, bob.device() as tablet:
        sent = batch("one", "two", "three")
        phone.send("private-messages", toUserId=bob.user_id, messages=sent)
        acks = phone.expect("acks")
        assert (ids(acks["acks"]), acks["errors"]) == (ids(sent), [])
        assert [ack["seq"] for ack in acks["acks"]] == [1, 2, 3]
        for device in (laptop, tablet):
            pushed = device.expect("private-messages")["messages"]
            assert [(message["seq"], message["message"]) for message in pushed] == [
                (1, "one"),
                (2, "two"),
                (3, "three"),
            ]
            assert [message["messageId"] for message in pushed] == [ack["messageId"] for ack in acks["acks"]]
        assert phone.received("private-messages") == []
    assert history(bob, ada) == [(1, "one"), (2, "two"), (3, "three")]


def test_a_batch_over_rest_is_answered_with_what_became_of_each(ada: Person, bob: Person) -> None:
    ada.post("/api/messages", {"toUserId": bob.user_id, "message": "one", "clientMessageId": "m000"})
    with bob.device() as tablet:
        answer = ada.post("/api/messages/batch", {"toUserId": bob.user_id, "messages": batch("one", "two", "three")})
        assert answer.status_code == 200
        assert [(ack["clientMessageId"], ack["seq"]) for ack in answer.json()["acks"]] == [
            ("m000", 1),
            ("m001", 2),
            ("m002", 3),
        ]
        pushed = tablet.expect("private-messages")["messages"]
        assert [message["seq"] for message in pushed] == [1, 2, 3], "the push of a repeat is repeated"
    changed = ada.post(
        "/api/messages/batch", {"toUserId": bob.user_id, "messages": batch("one", "TWO", "three", "four")}
    )
    assert [ack["seq"] for ack in changed.json()["acks"]] == [1, 3, 4]
    [error] = changed.json()["errors"]
    assert (error["clientMessageId"], error["code"]) == ("m001", "conflict")
    assert history(bob, ada) == [(1, "one"), (2, "two"), (3, "three"), (4, "four")]


def test_a_batch_to_a_user_who_has_blocked_its_sender_is_refused_but_for_what_is_stored(
    ada: Person, bob: Person
) -> None:
    ada.post("/api/messages/batch", {"toUserId": bob.user_id, "messages": batch("before")})
    bob.post(f"/api/blocks/{ada.user_id}", {})
    with ada.device() as phone, bob.device() as tablet:
        phone.send("private-messages", toUserId=bob.user_id, messages=batch("before", "after"))
        acks = phone.expect("acks")
        assert ids(acks["acks"]) == ["m000"]
        assert [(error["clientMessageId"], error["code"]) for error in acks["errors"]] == [("m001", "blocked")]
        tablet.send("register")
        tablet.expect("registered")
        assert tablet.received("private-message") == tablet.received("private-messages") == []
    assert history(bob, ada) == [(1, "before")]


def test_an_error_of_a_whole_batch_names_its_first_message(ada: Person, bob: Person) -> None:
    with ada.device() as phone:
        phone.send("private-messages", toUserId="0" * 24, messages=batch("one", "two"))
        error = phone.expect("error", code="not_found")
        assert (error["action"], error["clientMessageId"]) == ("private-messages", "m000")
        phone.send("private-messages", toUserId=bob.user_id, messages=[*batch("one"), *batch("", first=1)])
        error = phone.expect("error", code="bad_request")
        assert list(error["fields"]) == ["messages[1].message"]
        assert (error["action"], error["clientMessageId"]) == ("private-messages", "m000")
        phone.send("private-messages", toUserId=bob.user_id, messages=batch("one") * 2)
        assert list(phone.expect("error", code="bad_request")["fields"]) == ["messages"]
    assert history(ada, bob) == []


def test_the_pushes_of_long_messages_are_split_at_the_limit_of_api_gateway(ada: Person, bob: Person) -> None:
    """A frame has 32 KB, a request up to 10 MB: 50 messages of 20 KB each are pushed in several events."""
    text = "\N{PILE OF POO}" * 5_000
    with bob.device() as tablet:
        answer = ada.post("/api/messages/batch", {"toUserId": bob.user_id, "messages": batch(*[text] * 12)})
        assert [ack["seq"] for ack in answer.json()["acks"]] == list(range(1, 13))
        pushed = [message["seq"] for _ in range(3) for message in tablet.expect("private-messages")["messages"]]
        assert sorted(pushed) == list(range(1, 13))
