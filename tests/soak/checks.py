"""What must be true after the load, each as a sentence and the failures that were found. An empty list is a success."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib.clients.mongo.database import EVENT_CARRIERS
from chalicelib.clock import iso, utc_now
from chalicelib.models.pairs import pair_id
from infra.local.state import CHECKOUT
from tests.soak.load import Load
from tests.soak.member import Member, text_of
from tests.soak.system import PRESENCE_TTL_SECONDS, SoakedSystem
from tests.support.waiting import eventually

SETTLING_SECONDS = 1_800.0
"""How long the consumers may need for what the load has left them, once it is over."""

WHOLE_HISTORIES = 20
"""Of how many pairs both users read everything over the API; of the others MongoDB is compared, and the newest page."""

PAGE = 100
Stored = dict[str, Any]  # Any: BSON


class Checks:
    def __init__(self, system: SoakedSystem, load: Load, say: Callable[[str], None]) -> None:
        self._system = system
        self._load = load
        self._say = say
        self._client: MongoClient[Stored] = MongoClient(system.environment["MONGODB_URI"], tz_aware=True)
        self._database: Database[Stored] = self._client.get_default_database()

    def close(self) -> None:
        self._client.close()

    def settle(self) -> float:
        """Waits until nobody connects or is swept any more, nothing is pending and everything is consumed.

        Returns how many seconds it took.
        """
        began = time.monotonic()
        eventually(
            lambda: (
                self._database["sockets"].count_documents({"presenceUntil": {"$exists": True}}) == self._load.sockets
            ),
            seconds=2 * PRESENCE_TTL_SECONDS + 60,
            what="the end of all dead sockets",
        )
        fields = [("conversations", "pendingMessages.0"), *((name, "pendingEvents.at") for name in EVENT_CARRIERS)]
        eventually(
            lambda: (
                not any(self._database[name].find_one({field: {"$exists": True}}, {"_id": 1}) for name, field in fields)
            ),
            seconds=SETTLING_SECONDS,
            what="no pending event",
        )

        def is_consumed() -> bool:
            lag = self._ops("lag", "--json")
            self._say(f"{json.loads(lag.stdout)['total']:,} events to be consumed")
            time.sleep(1)  # each look costs a process, and the consumers need the processor
            return bool(json.loads(lag.stdout)["total"] == 0)

        eventually(is_consumed, seconds=SETTLING_SECONDS, what="no lag")
        return time.monotonic() - began

    def audit(self) -> tuple[list[str], dict[str, int]]:
        """Runs `infra.ops audit` over everything. Returns the differences, and the totals."""
        audit = self._ops("audit", "--to", iso(utc_now()), "--grace", "0", "--json")
        if not audit.stdout:
            return [audit.stderr.strip()], {}
        audited = json.loads(audit.stdout)
        shown = [f"{found['kind']} {found['id']}: {found['what']}" for found in audited["shown"]]
        assert bool(shown) == bool(audit.returncode)
        return shown + audited["notes"], audited["totals"]

    def stored(self) -> Iterator[str]:
        """Compares what was acknowledged with what is stored, message by message."""
        for one in self._load.members:
            other = one.other
            if other is None or one.number > other.number:
                continue
            expected = {
                seq: (member.message_id(number), member.texts.get(seq, text_of(member.message_id(number))))
                for member in (one, other)
                for number, seq in enumerate(member.seqs)
            }
            pair = pair_id(one.user_id, other.user_id)
            if sorted(expected) != list(range(1, len(one.seqs) + len(other.seqs) + 1)):
                yield f"the acknowledged seqs of {pair} are not 1 to {len(one.seqs) + len(other.seqs)}"
            found = {seq: (id_, text) for seq, id_, text in self._messages(pair)}
            wrong = [seq for seq in expected.keys() | found.keys() if found.get(seq) != expected.get(seq)]
            if wrong:
                yield f"{len(wrong)} messages of {pair} differ, the first one at seq {min(wrong)}"
        for user in self._load.library:
            if user.out_of_order:
                yield f"a client of the library received seq {user.out_of_order[0]} out of order"
            if user.acknowledged != user.wanted or user.received != 2 * user.wanted:
                yield f"a client of the library sent {user.acknowledged} and received {user.received}"

    def histories(self, rng: random.Random) -> Iterator[str]:
        """Reads both users' histories over the API: they must be equal, and as long as the conversation."""
        pairs = [(one, one.other) for one in self._load.members if one.other and one.number < one.other.number]
        whole = rng.sample(pairs, min(WHOLE_HISTORIES, len(pairs)))
        with httpx.Client(base_url=self._system.rest_url, timeout=30) as http:
            for one, other in pairs:
                total = len(one.seqs) + len(other.seqs)
                ours, theirs = _newest(http, one, other), _newest(http, other, one)
                if ours != theirs or len(ours) != min(PAGE, total) or ours[-1]["seq"] != total:
                    yield f"the newest pages of {pair_id(one.user_id, other.user_id)} differ"
            for one, other in whole:
                total = len(one.seqs) + len(other.seqs)
                ours, theirs = _history(http, one, other), _history(http, other, one)
                if ours != theirs or [message["seq"] for message in ours] != list(range(1, total + 1)):
                    yield f"the histories of {pair_id(one.user_id, other.user_id)} differ"

    def notified(self) -> Iterator[str]:
        """Those who were never online have one notification of their sender, for all of their messages."""
        for member in self._load.members:
            if member.url is not None or member.other is None:
                continue
            found = list(self._database["notifications"].find({"userId": member.user_id}))
            if [one["seq"] for one in found] != [len(member.other.seqs)]:
                yield f"{member.user_id} has {len(found)} notifications of {len(member.other.seqs)} messages"

    def presence(self) -> Iterator[str]:
        """Every second member is offline now, once the time has passed that a dead socket may count; others are not."""
        online = {member.user_id for member in self._load.online[1::2]}
        asked = self._load.members
        asking = self._load.online[1]

        def shown() -> set[str]:
            states: dict[str, bool] = {}
            with httpx.Client(base_url=self._system.rest_url, timeout=30, headers=_authorization(asking)) as http:
                for start in range(0, len(asked), PAGE):
                    ids = ",".join(member.user_id for member in asked[start : start + PAGE])
                    answer = http.get("/api/presence", params={"userIds": ids})
                    answer.raise_for_status()
                    states |= {state["userId"]: state["online"] for state in answer.json()["presence"]}
            return {user_id for user_id, is_online in states.items() if is_online}

        try:
            eventually(lambda: shown() == online, seconds=PRESENCE_TTL_SECONDS + 60, what="the true presence")
        except AssertionError:
            yield f"{len(shown() ^ online)} users are shown otherwise than they are"

    def _messages(self, pair: str) -> Iterator[tuple[int, str, str]]:
        conversation = self._database["conversations"].find_one({"_id": pair}, {"tail": 1, "movedSeq": 1})
        # Once everything is consumed, the states of changed messages are where their messages are.
        for message in self._database["messages"].find({"conversationId": pair}):
            yield message["seq"], message["clientMessageId"], message["text"]
        if conversation:
            for seq, message in enumerate(conversation["tail"], conversation["movedSeq"] + 1):
                yield seq, message["clientMessageId"], message["text"]

    def _ops(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "infra.ops", *arguments]
        return subprocess.run(
            command, cwd=CHECKOUT, env=self._system.environment, capture_output=True, text=True, check=False
        )


def _authorization(member: Member) -> dict[str, str]:
    return {"Authorization": f"Bearer {member.token}"}


def _page(http: httpx.Client, reader: Member, other: Member, **query: int) -> Any:  # Any: JSON as a client sees it
    answer = http.get(f"/api/messages/{other.user_id}", params={"limit": PAGE, **query}, headers=_authorization(reader))
    answer.raise_for_status()
    return answer.json()


def _newest(http: httpx.Client, reader: Member, other: Member) -> list[dict[str, Any]]:  # Any: as above
    messages: list[dict[str, Any]] = _page(http, reader, other)["messages"]
    return messages


def _history(http: httpx.Client, reader: Member, other: Member) -> list[dict[str, Any]]:  # Any: as above
    messages: list[dict[str, Any]] = []
    has_more = True
    while has_more:
        page = _page(http, reader, other, after=len(messages))
        messages += page["messages"]
        has_more = page["hasMore"]
    return messages
