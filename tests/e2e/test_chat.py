"""The chat of examples/, run in pseudo-terminals."""

import subprocess
from secrets import token_hex

import pytest

from infra.local.running import RunningSystem
from tests.e2e.chats import chat, command
from tests.e2e.clients import PASSWORD
from tests.e2e.people import MakePerson

CLOSED_PORT = 9
"""The port of the discard service, on which nothing listens."""


@pytest.fixture(scope="module")
def names() -> tuple[str, str]:
    """Returns the users of this file: two alone, as each unknown user counts against the address's limit of logins."""
    return f"alice-{token_hex(4)}", f"bob-{token_hex(4)}"


def test_two_people_talk(system: RunningSystem, names: tuple[str, str]) -> None:
    alice, bob = names
    with chat(system, alice, "--to", bob) as alices:
        alices.shows(f"{bob.capitalize()} is offline.")
        with chat(system, bob) as bobs:
            alices.shows(f"{bob.capitalize()} is online.")
            bobs.type("Is anybody there?\n")
            bobs.shows("Nobody has written yet")
            alices.type("Hello Bob! 👋\n")
            alices.shows("✓ Hello Bob! 👋")
            bobs.shows(f"{alice.capitalize()}: Hello Bob! 👋")
            alices.shows(f"{bob.capitalize()} has read message 1.")
            bobs.type("Hello Alice\n")
            alices.shows(f"{bob.capitalize()}: Hello Alice")
            bobs.type("\x04")  # Ctrl-D
            bobs.ends_with(0)
        alices.interrupt()
        alices.ends_with(130)


def test_piped_input_is_sent_before_the_chat_ends(system: RunningSystem, names: tuple[str, str]) -> None:
    alice, bob = names
    sent = subprocess.run(
        command(system, alice, "--to", bob), input="one\n\ntwo", text=True, capture_output=True, timeout=20, check=False
    )
    assert (sent.returncode, sent.stderr) == (0, "")
    with chat(system, bob) as bobs:
        bobs.shows(f"{alice.capitalize()}: one\r\n{alice.capitalize()}: two")


def test_a_stranger_is_accepted_in_the_chat(
    system: RunningSystem, names: tuple[str, str], make_person: MakePerson
) -> None:
    _, bob = names
    carol, dora = make_person("Carol"), make_person("Dora")
    with chat(system, bob) as bobs:
        bobs.shows("Connected.")
        answer = carol.http.post("/api/login", json={"emailId": f"{bob}@example.org", "password": PASSWORD})
        message = {"toUserId": answer.json()["userId"], "message": "I like engines."}
        for stranger in (dora, carol):
            assert stranger.post("/api/messages", message).status_code == 201
        bobs.shows("Carol Lovelace would like to write to you.")
        bobs.type("/accept 1\n")
        bobs.shows("Name the number of a request")
        bobs.type("/requests\n")
        bobs.shows("1. Carol: I like engines.\r\n  2. Dora: I like engines.")
        bobs.type("/ignore 2\n/accept 1\n")
        bobs.shows("Dora is ignored.\r\n  Carol is accepted.")
        bobs.shows("\nCarol: I like engines.")
        bobs.type("/archived\n/what\n")
        bobs.shows("You have archived no conversation.\r\n  There are /requests")


def test_typing_is_shown(system: RunningSystem, names: tuple[str, str], make_person: MakePerson) -> None:
    _, bob = names
    carol = make_person("Carol")
    with chat(system, bob) as bobs:
        bobs.shows("Connected.")
        answer = carol.http.post("/api/login", json={"emailId": f"{bob}@example.org", "password": PASSWORD})
        authorization = {"Authorization": f"Bearer {answer.json()['token']}"}
        carol.http.patch("/api/profile", json={"messagesFrom": "everyone"}, headers=authorization)
        with carol.device() as device:
            device.send("typing", toUserId=answer.json()["userId"])
            bobs.shows("Carol is typing ...")


HOSTILE = {
    "escape sequences": (
        "red \x1b[31m, cleared \x1b[2J, a title \x1b]0;own\x07",
        "red �[31m, cleared �[2J, a title �]0;own�",
    ),
    "an escape of one character": ("cleared \x9b2J", "cleared �2J"),
    "other lines": ("hello\nMallory: forged\r\x0b\x85\u2028\u2029end", "hello�Mallory: forged�����end"),
    "text turned around": ("abc \u202edcba\u2066", "abc �dcba�"),
    "joiners": ("👩\u200d💻 क्\u200cष", "👩\u200d💻 क्\u200cष"),
    "all that is ordinary": ("é e\u0301 日本　語 ❤️ 1\u00a0000 ½", "é e\u0301 日本　語 ❤️ 1\u00a0000 ½"),
}


def test_received_text_cannot_control_the_terminal(
    system: RunningSystem, names: tuple[str, str], make_person: MakePerson
) -> None:
    _, bob = names
    mallory = make_person("Mallory")
    answer = mallory.http.post("/api/login", json={"emailId": f"{bob}@example.org", "password": PASSWORD})
    bob_id = answer.json()["userId"]
    mallory.http.cookies.clear()
    with chat(system, bob) as bobs:
        bobs.shows("Connected.")
        for text, shown in HOSTILE.values():
            assert mallory.post("/api/messages", {"toUserId": bob_id, "message": text}).status_code == 201
            bobs.shows(f"\r\nMallory: {shown}\r\n")
        assert mallory.post(f"/api/connections/{bob_id}", {"status": "interested"}).status_code == 201
        bobs.shows("\r\n  Mallory ")
        assert {character for character in bobs.shown if ord(character) < 32} == {"\r", "\n"}


def test_errors_are_shown_as_sentences(system: RunningSystem, names: tuple[str, str]) -> None:
    alice, _ = names
    for arguments, status, words in (
        (("--help",), 0, "Ctrl-D ends it"),
        ((alice, "--to", alice), 2, "Nobody can write to oneself."),
        ((alice, "--api", f"http://127.0.0.1:{CLOSED_PORT}"), 1, "was not answered"),
    ):
        ended = subprocess.run(command(system, *arguments), text=True, capture_output=True, timeout=20, check=False)
        assert ended.returncode == status
        assert words in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr
