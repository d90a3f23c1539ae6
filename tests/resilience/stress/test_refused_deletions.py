"""Guarantee 2 where Redis refused a deletion: the running consumer makes it, and stale reads end within 2 s."""

import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from chalicelib import settings
from chalicelib.wiring import Wiring
from tests.resilience.stress.fixture_types import MakePeople, Say
from tests.resilience.stress.profile_edits import Editor, ProfileReader, numbers_of
from tests.resilience.stress.race import playing
from tests.support.proxies.slow import SlowProxy
from tests.support.waiting import eventually

GRACE = 2.0
BEYOND = 1.0
"""Seconds after the grace in which no read may be stale any more."""

READERS = 3


class KeptDeletions(CommandListener):
    """Notes the keys that are inserted into `invalidations`, from which the running consumer soon removes them."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command.get("insert") == "invalidations":
            self.keys += [document["key"] for document in event.command["documents"]]

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


def test_stale_reads_end_after_a_refused_deletion(
    loaded_environment: dict[str, str], tmp_path: Path, wiring: Wiring, make_people: MakePeople, say: Say
) -> None:
    people = make_people(3)
    keys = [f"user:{person.user_id}" for person in people]
    readers = [ProfileReader(people, grace=GRACE, slow=False) for _ in range(READERS)]
    redis = urlsplit(loaded_environment["REDIS_URL"])
    kept = KeptDeletions()
    with (
        playing(readers, loaded_environment, tmp_path, numbers=numbers_of(people)) as performance,
        SlowProxy(redis.hostname or "", redis.port or 6379) as proxy,
    ):
        refused = settings.load({**loaded_environment, "REDIS_URL": f"redis://127.0.0.1:{proxy.port}{redis.path}"})
        with closing(Wiring(refused, mongo_listeners=[kept])) as writer:
            assert writer.redis.ping()
            proxy.cut()
            eventually(lambda: wiring.redis.send(*(("EXISTS", key) for key in keys)) == [1, 1, 1], what="the copies")
            for place in range(len(people)):
                Editor(people).edit(place, writer, performance.numbers)
        assert sorted(kept.keys) == sorted(keys)  # each copy outlived its write, if only for a moment
        records = wiring.mongo.invalidations
        eventually(lambda: not records.count_documents({"key": {"$in": keys}}), seconds=GRACE, what="the deletions")
        time.sleep(GRACE + BEYOND)
    tally = performance.tally
    stale = f"{tally.late:,} stale ones within {GRACE:g} s, {len(tally.wrong)} later"
    say(f"refused deletions: {tally.reads:,} reads, {stale}")
    assert not tally.wrong, "\n".join(tally.wrong[:20])
