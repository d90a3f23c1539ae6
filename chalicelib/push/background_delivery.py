"""Pushes in the background: for the consumer, whose batches must not wait for clients."""

import logging
import threading
from collections import deque
from collections.abc import Mapping, Sequence

from chalicelib.models.pushed import Pushed
from chalicelib.push.delivery import Delivery

log = logging.getLogger(__name__)

THREADS = 32
"""How many sockets are pushed to at a time. A socket that turns out to be slow holds up a thread for half a second."""

MAX_WAITING = 10_000
"""How many events may wait, over all sockets. What is more is lost, as pushes may be: clients ask again."""

MAX_WAITING_FOR_ONE = 200
"""How many events may wait for one socket, so that one that is slow takes no room from others."""


class BackgroundDelivery:
    """Pushes events by threads of its own, to each socket in the order in which they were handed over.

    The threads start at the first event. Thread-safe.
    """

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[Pushed]] = {}
        """{connectionId: events}. A socket that is being pushed to is here too, so that no second thread takes it."""
        self._ready: deque[str] = deque()
        """Sockets with events that no thread pushes to, those first that were handed over first."""
        self._count = 0
        self._threads: list[threading.Thread] = []
        self._closed = False

    def deliver_each(self, events: Mapping[str, Sequence[Pushed]]) -> None:
        """Hand over events, {connectionId: events}. Never blocks, and never raises."""
        lost = 0
        with self._changed:
            if self._closed:
                return
            for connection_id, frames in events.items():
                waiting = self._waiting.get(connection_id)
                room = min(MAX_WAITING - self._count, MAX_WAITING_FOR_ONE - len(waiting or ()))
                taken = frames[: max(0, room)]
                lost += len(frames) - len(taken)
                if not taken:
                    continue
                if waiting is None:
                    waiting = self._waiting[connection_id] = deque()
                    self._ready.append(connection_id)
                waiting.extend(taken)
                self._count += len(taken)
            self._start_threads()
            self._changed.notify_all()
        if lost:
            log.warning("%d pushes were lost, as too many wait.", lost, extra={"action": "pushes_lost"})

    def close(self) -> None:
        """Give up what waits, and return once the pushes in hand have ended: within seconds. It may be called twice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def flush(self) -> None:
        """Block until nothing waits and nothing is being pushed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._waiting)

    def _start_threads(self) -> None:
        while len(self._threads) < min(THREADS, len(self._waiting)):
            thread = threading.Thread(target=self._run, name=f"push-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self) -> None:
        while (taken := self._take()) is not None:
            connection_id, frames = taken
            try:
                self._delivery.deliver_patiently(connection_id, frames)
            except Exception:
                # A bug met by one push must not end the thread.
                log.exception("A push failed.", extra={"action": "push_failed", "connectionId": connection_id})
            self._release(connection_id)

    def _take(self) -> tuple[str, list[Pushed]] | None:
        """The next socket and all that waits for it; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._ready)
            if self._closed:
                return None
            connection_id = self._ready.popleft()
            frames = list(self._waiting[connection_id])
            self._waiting[connection_id].clear()
            self._count -= len(frames)
            return connection_id, frames

    def _release(self, connection_id: str) -> None:
        with self._changed:
            if self._waiting[connection_id]:
                self._ready.append(connection_id)
            else:
                del self._waiting[connection_id]
            self._changed.notify_all()
