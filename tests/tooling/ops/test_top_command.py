"""`top` shows what the system is doing, also while some of it is down."""

import os
import pty
import re
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib.clock import utc_now
from chalicelib.events.envelope import encode, new_event
from chalicelib.events.topics import DEAD_LETTER, EVENT_TOPICS
from infra.local.state import CHECKOUT
from tests.support.waiting import eventually
from tests.tooling.ops.fixture_types import Ops, Publish

ONCE = ("top", "--once", "--interval", "0.1")


def number(text: str, name: str) -> int:
    [found] = re.findall(rf"{name} ([\d,]+)", text)
    return int(found.replace(",", ""))


def test_a_frame_has_the_figures_of_each_server(ops: Ops, publish: Publish) -> None:
    letters = number(ops(*ONCE).stdout, "dead letters")
    publish(DEAD_LETTER, b"given up")

    text = ops(*ONCE).stdout

    assert number(text, "dead letters") >= letters + 1
    assert all(re.search(rf"{topic} +[\d,]+ +[\d,]+  [\d,]+  [\d,]+", text) for topic in EVENT_TOPICS)
    assert number(text, "behind") >= 0
    assert number(text, "open sockets") >= 0
    assert re.search(r"oldest pending event (none|[\d.]+ s)", text)
    assert re.search(r"memory [\d.]+ [kM]B   writes taken", text)


def test_events_are_counted_by_type_with_their_rate(ops: Ops, publish: Publish, user_id: str) -> None:
    is_over = threading.Event()

    def view_profiles() -> None:
        while not is_over.wait(0.02):
            publish("analytics-events", encode(new_event("PROFILE_VIEW", user_id, utc_now, viewedUserId=user_id)))

    def viewed() -> tuple[float, int]:
        found = re.search(r"PROFILE_VIEW +([\d.]+) +([\d,]+)", ops(*ONCE).stdout)
        return (float(found[1]), int(found[2].replace(",", ""))) if found else (0.0, 0)

    def rated() -> list[tuple[float, int]]:
        return [seen for seen in [viewed()] if seen[0] > 0]

    _, before = viewed()
    viewing = threading.Thread(target=view_profiles)
    viewing.start()
    try:
        [(rate, count)] = eventually(rated, what="a rate")
    finally:
        is_over.set()
        viewing.join()
    assert rate > 0
    assert count > before


def test_the_query_that_runs_for_longest_is_shown(
    ops: Ops, environment: dict[str, str], mongodb: Database[dict[str, Any]]
) -> None:
    mongodb.slow_for_top.insert_one({"secret": "of a user"})
    client: MongoClient[dict[str, Any]] = MongoClient(environment["MONGODB_URI"], timeoutMS=20_000)
    query = {"$where": "sleep(1000) || this.secret === 'of a user'"}
    searching = threading.Thread(target=lambda: client.get_default_database().slow_for_top.find_one(query))
    try:
        searching.start()
        text = eventually(
            lambda: next((text for text in [ops(*ONCE).stdout] if "slow_for_top" in text), ""), what="the query"
        )
    finally:
        searching.join()
        client.close()
        mongodb.slow_for_top.drop()
    assert re.search(r"\d+ +find +slow_for_top +COLLSCAN +runs now", text)
    assert "of a user" not in text


@pytest.mark.parametrize(
    ("variable", "address", "sentence", "others"),
    [
        ("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9", "Kafka cannot be reached at 127.0.0.1:9.", ("sockets", "memory")),
        ("MONGODB_URI", "mongodb://127.0.0.1:9/devconnect", "MongoDB cannot be reached.", ("behind", "memory")),
        ("REDIS_URL", "redis://127.0.0.1:9/0", "Redis failed: ", ("behind", "sockets")),
    ],
)
def test_a_server_that_is_down_is_one_line(
    ops: Ops, variable: str, address: str, sentence: str, others: tuple[str, ...]
) -> None:
    text = ops(*ONCE, code=1, **{variable: address}).stdout
    assert sum(line.strip().startswith(sentence) for line in text.splitlines()) == 1
    assert all(other in text for other in others)


def test_an_interval_that_is_no_time_is_refused(ops: Ops) -> None:
    assert "--interval" in ops("top", "--interval", "0", code=2).stderr


def test_a_terminal_shows_frames_until_ctrl_c(environment: dict[str, str]) -> None:
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "infra.ops", "top", "--interval", "0.2"],
        cwd=CHECKOUT,
        env={**environment, "TERM": "xterm", "COLUMNS": "100", "LINES": "60"},
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(terminal)
        shown = ""
        while shown.count("dead letters") < 3:
            shown += os.read(controller, 65_536).decode(errors="replace")
        process.send_signal(signal.SIGINT)
        while True:
            try:
                shown += os.read(controller, 65_536).decode(errors="replace")
            except OSError:  # its end of the terminal is closed
                break
        assert process.stderr is not None
        assert (process.wait(timeout=10), process.stderr.read()) == (0, "")
    os.close(controller)
    assert shown.endswith("\x1b[?25h\x1b[?1049l")  # the screen and the cursor are as they were
