"""Messages over REST and over websockets."""

from tests.e2e.clients import Person


def test_a_message_reaches_every_other_device_of_both_users(ada: Person, bob: Person) -> None:
    with ada.device() as phone, ada.device() as laptop, bob.device() as tablet, bob.device() as watch:
        text = "héllo \U0001f44b e\u0301"
        phone.send("private-message", toUserId=bob.user_id, message=text, clientMessageId="1")
        ack = phone.expect("ack")
        assert set(ack) == {"event", "clientMessageId", "messageId", "seq", "ts"}
        assert ack["seq"] == 1
        for device in (laptop, tablet, watch):
            assert device.expect("private-message") == {
                "event": "private-message",
                "messageId": ack["messageId"],
                "conversationId": ":".join(sorted((ada.user_id, bob.user_id))),
                "seq": 1,
                "fromUserId": ada.user_id,
                "toUserId": bob.user_id,
                "message": text,
                "ts": ack["ts"],
            }
        assert phone.received("private-message") == []


def test_both_see_the_same_history_in_the_same_order(ada: Person, bob: Person) -> None:
    for number in range(6):
        sender, receiver = (ada, bob) if number % 2 else (bob, ada)
        answer = sender.post("/api/messages", {"toUserId": receiver.user_id, "message": f"message {number}"})
        assert answer.status_code == 201
        assert set(answer.json()) == {"messageId", "conversationId", "seq", "ts"}
        # Both read after each message, so that the cache is filled, and then appended to.
        assert ada.get(f"/api/messages/{bob.user_id}").json() == bob.get(f"/api/messages/{ada.user_id}").json()
    history = ada.get(f"/api/messages/{bob.user_id}").json()
    assert [(message["seq"], message["message"]) for message in history["messages"]] == [
        (number + 1, f"message {number}") for number in range(6)
    ]
    assert history["hasMore"] is False


def test_history_is_paged_in_both_directions(ada: Person, bob: Person) -> None:
    for number in range(7):
        ada.post("/api/messages", {"toUserId": bob.user_id, "message": str(number)})

    def page(**query: int) -> tuple[list[int], bool]:
        history = bob.get(f"/api/messages/{ada.user_id}", **query).json()
        return [message["seq"] for message in history["messages"]], history["hasMore"]

    assert page(limit=3) == ([5, 6, 7], True)
    assert page(limit=3, before=5) == ([2, 3, 4], True)
    assert page(limit=3, before=2) == ([1], False)
    assert page(limit=3, after=0) == ([1, 2, 3], True)
    assert page(limit=100, after=5) == ([6, 7], False)
    assert page(after=7) == ([], False)


def test_a_repeated_message_is_stored_once_and_answers_with_the_first(ada: Person, bob: Person) -> None:
    body = {"toUserId": bob.user_id, "message": "once", "clientMessageId": "the-same"}
    first, second = ada.post("/api/messages", body), ada.post("/api/messages", body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    changed = ada.post("/api/messages", body | {"message": "changed"})
    assert (changed.status_code, changed.json()["code"]) == (409, "conflict"), "it would not be stored"
    assert f"seq {first.json()['seq']}" in changed.json()["error"]
    with ada.device() as phone:
        phone.send("private-message", **body | {"message": "changed"})
        assert phone.expect("error", code="conflict")["clientMessageId"] == "the-same"
        phone.send("private-message", **body)
        assert phone.expect("ack")["messageId"] == first.json()["messageId"]
    history = bob.get(f"/api/messages/{ada.user_id}").json()["messages"]
    assert [message["message"] for message in history] == ["once"]


def test_a_repeat_repeats_the_push(ada: Person, bob: Person) -> None:
    body = {"toUserId": bob.user_id, "message": "once", "clientMessageId": "the-same"}
    ada.post("/api/messages", body)
    with bob.device() as tablet:
        ada.post("/api/messages", body)
        assert tablet.expect("private-message")["seq"] == 1


def test_a_malformed_message_is_refused_and_names_the_field(ada: Person, bob: Person) -> None:
    good = {"toUserId": bob.user_id, "message": "hi"}
    for change, status, name in (
        ({"message": ""}, 400, "message"),
        ({"message": "x" * 5001}, 400, "message"),
        ({"message": 5}, 400, "message"),
        ({"toUserId": "bob"}, 400, "toUserId"),
        ({"toUserId": {"$ne": ""}}, 400, "toUserId"),
        ({"toUserId": ada.user_id}, 400, "toUserId"),
        ({"clientMessageId": "with space"}, 400, "clientMessageId"),
        ({"fromUserId": bob.user_id}, 400, "fromUserId"),
        ({"toUserId": "0" * 24}, 404, None),
    ):
        answer = ada.post("/api/messages", good | change)
        assert answer.status_code == status, answer.text
        if name:
            assert list(answer.json()["fields"]) == [name]
    assert ada.get(f"/api/messages/{bob.user_id}").json() == {"messages": [], "hasMore": False, "lastChange": 0}


def test_the_longest_message_passes_in_one_frame(ada: Person, bob: Person) -> None:
    text = "\U0001f600" * 5000  # 20,000 bytes of UTF-8
    with ada.device() as phone, bob.device() as tablet:
        phone.send("private-message", toUserId=bob.user_id, message=text, clientMessageId="long")
        phone.expect("ack")
        assert tablet.expect("private-message")["message"] == text
