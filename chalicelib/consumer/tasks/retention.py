"""Deletes messages that are older than the setting allows, a batch at a time."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.clock import Clock
from chalicelib.stores.message_retention import MessageRetention

log = logging.getLogger(__name__)

BATCH = 500
TAILS = 50
"""How many conversations have their tails emptied at a time: each takes some writes."""

BATCHES = 20
"""How many batches a run has at most: it shares its thread, and what is left is as old in a minute."""


@dataclass(frozen=True)
class Retention:
    messages: MessageRetention
    kept: timedelta
    clock: Clock

    def run(self) -> int:
        """Delete what is too old, and return how many messages these were. Raises Unavailable."""
        deleted, moment = 0, self.clock() - self.kept
        for _ in range(BATCHES):
            if self.messages.move_before(moment, TAILS) < TAILS:
                break
        for _ in range(BATCHES):
            batch = self.messages.delete_before(moment, BATCH)
            deleted += batch
            if batch < BATCH:
                break
        if deleted:
            log.info("%d messages were too old.", deleted, extra={"action": "messages_deleted"})
        return deleted
