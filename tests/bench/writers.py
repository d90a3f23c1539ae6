"""Many writers in one conversation: as many functions as API Gateway invokes at once when a burst of frames arrives."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import NamedTuple

from chalicelib import settings
from chalicelib.consumer.pipeline.loop import GATHER_SECONDS
from chalicelib.errors import Unavailable
from chalicelib.events.envelope import Envelope
from chalicelib.models.pairs import pair_id
from chalicelib.stores.message_commits import Committed, Draft, Stored
from chalicelib.wiring import Wiring
from tests.bench.samples import Round
from tests.support.users import unknown_user_id

PROCESSES = 8
"""So that no writer waits for a connection: a process has 20 of them, and a function has one of its own."""

CONSUMERS = 2
"""How many confirm: the events of a conversation are in two partitions, one for each of its users."""
WARM_UP = 2
"""How many messages each writer sends before those that are measured: a function that is warm has its connection."""


class Written(NamedTuple):
    """Messages per second, and the round of their commits, with the confirmations and moves that they cause.

    `refused` is how many attempts were answered by Unavailable: such a message is sent again, as clients do, and its
    time is that of all its attempts.
    """

    rate: float
    commits: Round
    refused: int


class _Report(NamedTuple):
    """What one process has done: from when to when, the seconds of each message, its processor time, refusals."""

    began: float
    ended: float
    seconds: list[float]
    processor: float
    refused: int


def write(environment: Mapping[str, str], *, writers: int, messages: int) -> Written:
    ada, bob = unknown_user_id(), unknown_user_id()
    context = get_context("spawn")
    processes = min(writers, PROCESSES)
    queue: Queue[_Report] = context.Queue()
    everybody_is_warm = context.Barrier(writers)
    children = [
        context.Process(
            target=_write,
            args=(
                *(dict(environment), ada, bob, writers // processes, messages // writers, everybody_is_warm),
                *(GATHER_SECONDS * processes / CONSUMERS, queue),
            ),
        )
        for _ in range(processes)
    ]
    for child in children:
        child.start()
    reports = [queue.get() for _ in children]
    for child in children:
        child.join()
    began = min(report.began for report in reports)
    ended = max(report.ended for report in reports)
    seconds = sorted(second for report in reports for second in report.seconds)
    check(environment, ada, bob, len(seconds) + WARM_UP * writers)
    commits = Round(seconds, sum(report.processor for report in reports) / len(seconds))
    return Written(len(seconds) / (ended - began), commits, sum(report.refused for report in reports))


def check(environment: Mapping[str, str], ada: str, bob: str, expected: int) -> None:
    wiring = Wiring(settings.load(environment))
    document = wiring.mongo.conversations.find_one({"_id": pair_id(ada, bob)})
    assert document is not None
    assert document["lastSeq"] == expected
    wiring.close()


def _write(
    environment: dict[str, str],
    ada: str,
    bob: str,
    threads: int,
    each: int,
    everybody_is_warm: Barrier,
    confirming_seconds: float,
    queue: "Queue[_Report]",
) -> None:
    wiring = Wiring(settings.load(environment))
    wiring.mongo.ping()
    seconds: list[float] = []
    events: list[Envelope] = []
    starts: list[tuple[float, float]] = []
    refusals: list[Unavailable] = []

    def one(number: int) -> None:
        sender, receiver = (ada, bob) if number % 2 else (bob, ada)
        for count in range(WARM_UP + each):
            if count == WARM_UP:
                everybody_is_warm.wait()
                starts.append((time.time(), time.process_time()))
            began = time.perf_counter()
            committed = _commit(wiring, sender, receiver, refusals)
            if count >= WARM_UP:
                seconds.append(time.perf_counter() - began)
            [outcome] = committed.outcomes.values()
            assert isinstance(outcome, Stored)
            events.extend(committed.events)
            if committed.is_move_due:
                wiring.message_moves.move(pair_id(sender, receiver))

    workers = [threading.Thread(target=one, args=(number,)) for number in range(threads)]
    with _confirming(wiring, events, confirming_seconds):
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    began, cpu = min(starts)
    queue.put(_Report(began, time.time(), seconds, time.process_time() - cpu, len(refusals)))
    wiring.close()


def _commit(wiring: Wiring, sender: str, receiver: str, refusals: list[Unavailable]) -> Committed:
    draft = Draft("hi")
    while True:
        try:
            return wiring.message_commits.commit(sender, receiver, [draft])
        except Unavailable as refusal:
            refusals.append(refusal)


@contextmanager
def _confirming(wiring: Wiring, events: list[Envelope], seconds: float) -> Iterator[None]:
    """Confirms what is added to `events`, as a consumer does, which begins a batch each GATHER_SECONDS."""
    written = threading.Event()

    def confirm() -> None:
        while not written.wait(seconds):
            if batch := [events.pop() for _ in range(len(events))]:
                wiring.message_events.confirm(batch)

    thread = threading.Thread(target=confirm)
    thread.start()
    try:
        yield
    finally:
        written.set()
        thread.join()
