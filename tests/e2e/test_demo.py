"""`make demo` on the running system."""

import re
import subprocess
import sys
from collections import Counter

from infra.local.demo import EVENTS
from infra.local.running import RunningSystem
from infra.local.state import CHECKOUT

LINES = (
    "The system runs already: {rest_url}",
    r"{ms} ms  Ada signs up and logs in +userId [0-9a-f]{{24}}, ada-[0-9a-f]{{8}}@example\.org",
    r"{ms} ms  Bob signs up and logs in +userId [0-9a-f]{{24}}, bob-[0-9a-f]{{8}}@example\.org",
    r"{ms} ms  Ada confirms their address with the mail's link",
    r"{ms} ms  Bob confirms their address with the mail's link",
    r"{ms} ms  Ada's phone opens a websocket with a ticket",
    r"{ms} ms  Ada's laptop opens a websocket with a ticket",
    r"{ms} ms  Bob's tablet opens a websocket with a ticket",
    r"{ms} ms  Ada asks for Bob's presence +Bob is online",
    r"{ms} ms  Bob asks for Ada's presence +Ada is online",
    r"{ms} ms  Ada's phone sends “Hello Bob! 👋” +ack, seq 1",
    r"{ms} ms  Bob's tablet is told of a request +“Ada Demo would like to write to you\.”",
    r"{ms} ms  Bob reads his message requests +“Hello Bob! 👋”",
    r"{ms} ms  Bob accepts it",
    r"{ms} ms      Ada's laptop receives it +“Hello Bob! 👋”, seq 1",
    r"{ms} ms      Bob's tablet receives it +“Hello Bob! 👋”, seq 1",
    r"{ms} ms  Bob's tablet sends “How is the engine\?” +ack, seq 2",
    r"{ms} ms      Ada's phone receives it +“How is the engine\?”, seq 2",
    r"{ms} ms      Ada's laptop receives it +“How is the engine\?”, seq 2",
    r"{ms} ms  Ada's phone sends “It hums\.” +ack, seq 3",
    r"{ms} ms      Ada's laptop receives it +“It hums\.”, seq 3",
    r"{ms} ms      Bob's tablet receives it +“It hums\.”, seq 3",
    r"{ms} ms  Bob reads the history +3 messages",
    r"{ms} ms  Ada edits message 1, while no device is there +“Hello Bob!”, change 1",
    r"{ms} ms  Bob reacts to message 3 +👍, change 2",
    r"{ms} ms  Bob's tablet opens a websocket again",
    r"{ms} ms      Bob's tablet sees the edit +“Hello Bob!”, seq 1",
    r"{ms} ms  Ada sees that Bob is offline",
    r"{ms} ms  Mallory signs up and logs in +userId [0-9a-f]{{24}}, mallory-[0-9a-f]{{8}}@example\.org",
    r"{ms} ms  Grace signs up and logs in +userId [0-9a-f]{{24}}, grace-[0-9a-f]{{8}}@example\.org",
    r"{ms} ms  An operator makes Grace a moderator",
    r"{ms} ms  Mallory writes to Ada",
    r"{ms} ms  Ada reports that message",
    r"{ms} ms  Grace finds it in the queue +“Buy my coins!”, 1 report",
    r"{ms} ms  Grace suspends Mallory",
    r"{ms} ms  Mallory's phone is told, and closed",
    r"{ms} ms  Mallory cannot log in +This account is suspended \(spam\)\.",
    "Kafka, meanwhile:",
)
EVENT = re.compile(r" +(?P<type>[A-Z_]+) +of (?P<name>Ada|Bob|Mallory) +[a-z]+-events\[\d+\] offset \d+")


def test_the_demo_prints_a_conversation_line_by_line(system: RunningSystem) -> None:
    command = [sys.executable, "-m", "infra.local", "demo", "--state-dir", str(system.state.path)]
    demo = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)
    assert (demo.returncode, demo.stderr) == (0, ""), demo.stdout
    *lines, last = demo.stdout.splitlines()
    for pattern, line in zip(LINES, lines, strict=False):
        expected = pattern.format(rest_url=re.escape(system.rest_url), ms=r" *\d+")
        assert re.fullmatch(expected, line), f"{line!r} instead of {expected!r}"
    events = [EVENT.fullmatch(line) for line in lines[len(LINES) :]]
    assert all(events), lines
    # There may be one more, a notification of Bob's, if Bob left before the consumer read the last message.
    assert Counter((event["name"], event["type"]) for event in events if event) >= Counter(EVENTS)
    assert re.fullmatch(r"The demo took \d+\.\d s\.", last)
