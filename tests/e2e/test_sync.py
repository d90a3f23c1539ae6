"""Sync brings the messages that a device missed, in order, and says whether they are all of them."""

from tests.e2e.clients import Device, Json, Person
from tests.e2e.people import MakePerson


def send(sender: Person, receiver: Person, *texts: str) -> None:
    for text in texts:
        answer = sender.post("/api/messages", {"toUserId": receiver.user_id, "message": text})
        assert answer.status_code == 201, answer.text


def sync(device: Device, other: Person, after: int) -> Json:
    device.send("sync", conversations=[{"userId": other.user_id, "afterSeq": after}])
    return device.expect("sync", userId=other.user_id)


def everything(device: Device, other: Person) -> tuple[list[Json], int]:
    """Returns all messages of a conversation, and the number of syncs that brought them."""
    messages: list[Json] = []
    for syncs in range(1, 50):
        answer = sync(device, other, messages[-1]["seq"] if messages else 0)
        messages += answer["messages"]
        if answer["complete"]:
            return messages, syncs
        assert answer["messages"], "a sync that is not complete must bring the device forward"
    raise AssertionError("sync does not end")


def test_missed_messages_come_as_they_were_pushed(ada: Person, bob: Person) -> None:
    with bob.device() as tablet:
        send(ada, bob, "one")
        pushed = tablet.expect("private-message")
    send(ada, bob, "two")
    send(bob, ada, "three")
    with bob.device() as tablet:
        assert sync(tablet, ada, 0)["messages"][0] == {name: pushed[name] for name in pushed if name != "event"}
        answer = sync(tablet, ada, 1)
        assert [(message["seq"], message["message"]) for message in answer["messages"]] == [(2, "two"), (3, "three")]
        assert answer["complete"] is True


def test_a_sync_with_nothing_missed_is_empty_and_complete(ada: Person, bob: Person) -> None:
    send(ada, bob, "one")
    with bob.device() as tablet:
        for after in (1, 2, 100):
            assert sync(tablet, ada, after) == {
                "event": "sync",
                "userId": ada.user_id,
                "messages": [],
                "complete": True,
            }
        stranger = "0" * 24
        tablet.send("sync", conversations=[{"userId": stranger, "afterSeq": 0}])
        assert tablet.expect("sync", userId=stranger)["messages"] == []


def test_a_long_conversation_is_synced_in_several_answers(ada: Person, bob: Person) -> None:
    """Of 130 messages the last fifty are cached; the earlier ones are in MongoDB alone."""
    with ada.device() as phone:
        for number in range(130):
            phone.send("private-message", toUserId=bob.user_id, message=str(number), clientMessageId=str(number))
        seqs = {phone.expect("ack")["seq"] for _ in range(130)}
    assert seqs == set(range(1, 131))
    with bob.device() as tablet:
        messages, syncs = everything(tablet, ada)
        assert [message["seq"] for message in messages] == list(range(1, 131))
        assert syncs == 2
        assert [message["seq"] for message in sync(tablet, ada, 95)["messages"]] == list(range(96, 131))


def test_long_messages_are_paged_below_128_kb(ada: Person, bob: Person) -> None:
    send(ada, bob, *("\U0001f600" * 5000 for _ in range(14)))  # 20 KB each, and so 280 KB
    with bob.device() as tablet:
        messages, syncs = everything(tablet, ada)
        assert [message["seq"] for message in messages] == list(range(1, 15))
        assert syncs == 3


def test_one_frame_syncs_many_conversations(ada: Person, bob: Person, make_person: MakePerson) -> None:
    carol = make_person("Carol")
    send(ada, bob, "from Ada", "again")
    send(carol, bob, "from Carol")
    with bob.device() as tablet:
        requested = [{"userId": ada.user_id, "afterSeq": 1}, {"userId": carol.user_id, "afterSeq": 0}]
        tablet.send("sync", conversations=requested)
        answers = [tablet.expect("sync") for _ in requested]
    assert [answer["userId"] for answer in answers] == [ada.user_id, carol.user_id]
    texts = [[message["message"] for message in answer["messages"]] for answer in answers]
    assert texts == [["again"], ["from Carol"]]


def test_one_frame_is_answered_with_half_a_megabyte_at_most(ada: Person, make_person: MakePerson) -> None:
    people = [make_person(f"Person {number}") for number in range(6)]
    for person in people:
        send(person, ada, *("\U0001f600" * 5000 for _ in range(7)))  # 140 KB: more than one event holds
    with ada.device() as phone:
        phone.send("sync", conversations=[{"userId": person.user_id, "afterSeq": 0} for person in people])
        answers = [phone.expect("sync") for _ in people]
    assert [len(answer["messages"]) for answer in answers] == [5, 5, 5, 5, 0, 0]
    assert not any(answer["complete"] for answer in answers), "`complete` must say that messages were left out"


def test_a_malformed_sync_is_refused_and_names_the_field(ada: Person, bob: Person) -> None:
    valid = {"userId": bob.user_id, "afterSeq": 0}
    with ada.device() as phone:
        for conversations, field in (
            ([], "conversations"),
            ([{"userId": f"{number:024}", "afterSeq": 0} for number in range(21)], "conversations"),
            ([valid, valid | {"afterSeq": 1}], "conversations"),
            ([valid | {"afterSeq": -1}], "conversations[0].afterSeq"),
            ([valid | {"userId": "bob"}], "conversations[0].userId"),
            ([valid, {"userId": bob.user_id}], "conversations[1].afterSeq"),
            ([valid | {"userId": ada.user_id}], "conversations"),
        ):
            phone.send("sync", conversations=conversations)
            error = phone.expect("error")
            assert (error["code"], list(error["fields"])) == ("bad_request", [field])
