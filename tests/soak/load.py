"""The load: all users in one event loop, in a thread of its own; a few frames are under way at any time."""

import asyncio
import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field

import httpx

from devconnect_client import Session
from tests.soak.harms import Network
from tests.soak.library import LibraryUser
from tests.soak.member import BATCH, Member
from tests.soak.plan import OFFLINE_SHARE, Plan
from tests.soak.system import PRESENCE_TTL_SECONDS, SoakedSystem
from tests.support.addresses import email
from tests.support.proxies.troubled import TroubledProxy
from tests.support.verified import verify

SENDERS = 10
"""How many frames of members are under way: a little more than there are functions."""

SINGLE_SHARE = 0.3
"""The share of the frames that have one message."""

CHANGE_SHARE = 0.3
"""After which share of the frames a member edits, deletes or reacts to a message."""

PROXIED_SHARE = 0.1
"""The share of the members whose sockets go through the proxy, as those of the library's clients do."""

BEAT_SECONDS = PRESENCE_TTL_SECONDS / 3
SIGNUPS = 8


@dataclass
class Load:
    """`people` are known once `ready` is set; `failure` is what ended the load before its time."""

    plan: Plan
    system: SoakedSystem
    members: list[Member] = field(default_factory=list)
    library: list[LibraryUser] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)
    network: Network | None = None
    failure: BaseException | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def acknowledged(self) -> int:
        return sum(len(member.seqs) for member in self.members) + sum(user.acknowledged for user in self.library)

    @property
    def is_done(self) -> bool:
        return self.acknowledged >= self.plan.messages and all(
            user.received >= user.wanted * 2 for user in self.library
        )

    def stop(self) -> None:
        """Closes every socket, and waits for it. A load that is not ready yet ends with the process."""
        if self.network is None or self.failure is not None:
            return
        self.close_half()
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(60)

    def close_half(self) -> None:
        """Closes the sockets of every second online member, who is offline from then on."""
        self._loop.call_soon_threadsafe(self._closing.set)

    @property
    def sockets(self) -> int:
        """How many sockets there are, of those who want one, once all of them are connected."""
        return len(self.online) + len(self.library)

    @property
    def online(self) -> list[Member]:
        return [member for member in self.members if member.url is not None]

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as error:  # noqa: BLE001 - the main thread raises it
            self.failure = error
            self.ready.set()

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping, self._closing = asyncio.Event(), asyncio.Event()
        rng = random.Random(self.plan.seed)
        people = await self._sign_up()
        async with TroubledProxy("127.0.0.1", self.system.websocket_port) as proxy:
            self._cast(people, f"ws://127.0.0.1:{proxy.port}", rng)
            self.network = _network(proxy, self._loop)
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(member.stay_connected(rng)) for member in self.online]
                running.append(tasks.create_task(self._beat()))
                while not all(member.is_connected for member in self.online):  # noqa: ASYNC110 - there are many
                    await asyncio.sleep(0.1)
                self.ready.set()
                turns = deque(member for member in self.members if member.wanted)
                running += [tasks.create_task(self._send(turns, rng)) for _ in range(SENDERS)]
                running += [
                    tasks.create_task(
                        user.use(self.system.rest_url, f"ws://127.0.0.1:{proxy.port}", self._stopping, user.wanted * 2)
                    )
                    for user in self.library
                ]
                await self._closing.wait()
                for task in running[: len(self.online) : 2]:
                    task.cancel()
                await self._stopping.wait()
                for task in running:
                    task.cancel()

    async def _sign_up(self) -> list[Session]:
        room = asyncio.Semaphore(SIGNUPS)
        async with httpx.AsyncClient(base_url=self.system.rest_url, timeout=60) as http:

            async def sign_up(number: int) -> Session:
                name, login = (
                    {"firstName": f"User {number}", "lastName": "Soak"},
                    {"emailId": email(), "password": "a password"},
                )
                async with room:
                    (await http.post("/api/signup", json={**name, **login})).raise_for_status()
                    await asyncio.to_thread(verify, self.system.environment["MONGODB_URI"], login["emailId"])
                    answer = await http.post("/api/login", json=login)
                answer.raise_for_status()
                return Session(answer.json()["userId"], answer.json()["token"])

            return await asyncio.gather(*map(sign_up, range(self.plan.users)))

    def _cast(self, people: list[Session], proxied_url: str, rng: random.Random) -> None:
        """Gives each user a part: pairs of the library, pairs of members, and members who write to an offline one."""
        plan = self.plan
        library, others = people[: plan.library_users], people[plan.library_users :]
        for_library = int(plan.messages * plan.library_share) // len(library)
        for number, session in enumerate(library):
            self.library.append(LibraryUser(session, library[number ^ 1].user_id, for_library))
        members = [Member(number, session.user_id, session.token) for number, session in enumerate(others)]
        offline = int(len(members) * OFFLINE_SHARE)
        for number, member in enumerate(members):
            member.other = members[number ^ 1]
            if number % 2 == 1 and number // 2 < offline:
                continue  # this one is written to, and never there
            member.url = proxied_url if rng.random() < PROXIED_SHARE else self.system.websocket_url
        senders = [member for member in members if member.url is not None]
        rest = plan.messages - for_library * len(library)
        for number, member in enumerate(senders):
            member.wanted = rest // len(senders) + (number < rest % len(senders))
        self.members = members

    async def _beat(self) -> None:
        """Sends everybody's heartbeats, spread over the time between two of the same member."""
        while True:
            for member in self.online:
                began = time.monotonic()
                await member.beat()
                await asyncio.sleep(max(0.0, BEAT_SECONDS / len(self.online) - (time.monotonic() - began)))

    async def _send(self, turns: deque[Member], rng: random.Random) -> None:
        """Lets one member after the other send a frame, until nobody has anything left."""
        while turns:
            member = turns.popleft()
            if member.is_connected:
                await member.send_some(min(member.left, 1 if rng.random() < SINGLE_SHARE else BATCH), rng)
                if rng.random() < CHANGE_SHARE:
                    await member.change_one(rng)
            else:
                await asyncio.sleep(0.02)
            if member.left:
                turns.append(member)


def _network(proxy: TroubledProxy, loop: asyncio.AbstractEventLoop) -> Network:
    def soon(do: object, *arguments: object) -> None:
        loop.call_soon_threadsafe(do, *arguments)  # type: ignore[arg-type]

    return Network(
        cut=lambda: soon(proxy.cut),
        halve=lambda: soon(proxy.halve),
        fall_silent=lambda: soon(proxy.fall_silent),
        delay=lambda: soon(proxy.delay, 0.5),
        refuse=lambda: soon(proxy.refuse),
        heal=lambda: soon(proxy.heal),
    )
