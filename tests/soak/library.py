"""Users of the Python client, who write to each other and must receive each message once, in order."""

import asyncio
from dataclasses import dataclass, field

from devconnect_client import Client, Message, Session, Timings

TOGETHER = 60
"""How many messages a client sends at once: the library puts what waits into frames of up to 50."""

TIMINGS = Timings(heartbeat=30.0, longest_delay=3.0)


@dataclass
class LibraryUser:
    """`acknowledged` and `received` are how many messages were; `out_of_order` those that broke the order."""

    session: Session
    other_id: str
    wanted: int
    acknowledged: int = 0
    received: int = 0
    out_of_order: list[int] = field(default_factory=list)

    async def use(self, rest_url: str, websocket_url: str, everything_sent: asyncio.Event, all_of_pair: int) -> None:
        """Sends all messages, and reads until the conversation has `all_of_pair` of them."""
        async with Client(rest_url, self.session, websocket_url=websocket_url, timings=TIMINGS) as client:
            reading = asyncio.create_task(self._read(client, all_of_pair))
            while self.acknowledged < self.wanted:
                count = min(TOGETHER, self.wanted - self.acknowledged)
                sending = [client.send(self.other_id, f"{self.session.user_id} {number}") for number in range(count)]
                self.acknowledged += len(await asyncio.gather(*sending))
            await reading
            await everything_sent.wait()  # it stays online until all others are done

    async def _read(self, client: Client, all_of_pair: int) -> None:
        async for event in client:
            if isinstance(event, Message):
                self.received += 1
                if event.seq != self.received:
                    self.out_of_order.append(event.seq)
                if self.received == all_of_pair:
                    return
