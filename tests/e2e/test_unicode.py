"""Text is kept byte for byte on every path that a message takes, and in profiles."""

from unicodedata import category

import pytest

from tests.e2e.clients import Person

TEXTS = {
    "NFC": "caf\u00e9 \uac00 \u00c5",
    "NFD": "cafe\u0301 \u1100\u1161 A\u030a",
    "a ligature and a long s": "\ufb01 \u017f",
    "an emoji of four with joiners": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "a skin tone and a flag": "\U0001f44d\U0001f3fd \U0001f1e9\U0001f1ea",
    "from right to left, with marks": "\u202eabc\u202c \u200fשלום\u200e \u2067مرحبا\u2069",  # noqa: RUF001 - Hebrew and Arabic
    "blanks of many kinds": "\u00a0\u2003\u3000\u200b\ufeff\u2028\u2029\x85",
    "what ends a text in C": "before\0after",
    "control characters": "\x01\x1b[31m\x7f\t\r\n",
    "what is no character": "\ufffe\uffff\U0010ffff",
    "what looks like code": '{"$ne": ""} $userId </script> %00 \\u0000 \\" \'; --',
    "the longest, in the largest characters": "\U0001f600" * 5_000,
}

BIDIRECTIONAL = {chr(code) for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_message_is_kept_byte_for_byte(ada: Person, bob: Person, text: str) -> None:
    with ada.device() as phone, bob.device() as tablet:
        phone.send("private-message", toUserId=bob.user_id, message=text, clientMessageId="1")
        phone.expect("ack", clientMessageId="1")
        pushed = tablet.expect("private-message")["message"]
        tablet.send("sync", conversations=[{"userId": ada.user_id, "afterSeq": 0}])
        [synced] = tablet.expect("sync")["messages"]
    sent = bob.post("/api/messages", {"toUserId": ada.user_id, "message": text})
    assert sent.status_code == 201
    cached = ada.get(f"/api/messages/{bob.user_id}").json()["messages"]
    stored = ada.get(f"/api/messages/{bob.user_id}", before=2).json()["messages"]
    [conversation] = ada.get("/api/conversations").json()["conversations"]
    copies = [
        pushed,
        synced["message"],
        *(message["message"] for message in cached + stored),
        conversation["lastMessage"]["message"],
    ]
    assert len(copies) == 6
    assert {copy.encode() for copy in copies} == {text.encode()}


@pytest.mark.parametrize("text", [text for text in TEXTS.values() if len(text) <= 50])
def test_a_profile_is_kept_byte_for_byte(ada: Person, bob: Person, text: str) -> None:
    change: dict[str, object] = {"about": text}
    # The others are one line, in which nothing hides or reverses text.
    if not any(category(character) in {"Cc", "Zl", "Zp"} or character in BIDIRECTIONAL for character in text):
        change |= {"skills": [text], "gender": text[:30], "firstName": f"x{text}"[:50]}
    answered = ada.patch("/api/profile", change)
    assert answered.status_code == 200, answered.text
    for profile in (answered.json(), ada.get("/api/profile").json(), bob.get(f"/api/users/{ada.user_id}").json()):
        assert {name: profile[name] for name in change} == change


@pytest.mark.parametrize("escaped", ["\\ud800", "\\udc00", "\\udc00\\ud800", "a\\ud83d"])
def test_a_lone_surrogate_is_refused(ada: Person, bob: Person, escaped: str) -> None:
    """A lone surrogate cannot be written in UTF-8 (RFC 8259, 8.2)."""
    body = f'{{"toUserId": "{bob.user_id}", "message": "{escaped}"}}'
    answered = ada.http.post(
        "/api/messages", content=body, headers={**ada.authorization, "Content-Type": "application/json"}
    )
    assert answered.status_code == 400
    assert list(answered.json()["fields"]) == ["body"]
    with ada.device() as phone:
        phone.connection.send(body.replace("{", '{"action": "private-message", "clientMessageId": "1", ', 1))
        assert list(phone.expect("error")["fields"]) == ["body"]
    assert ada.get(f"/api/messages/{bob.user_id}").json()["messages"] == []
