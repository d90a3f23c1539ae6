"""A message that answers another one, from both clients."""

import asyncio
import json

from tests.support.client_kinds import Clients
from tests.tooling.clients.stage import BOB, Stage, staged


def test_a_reply_names_the_message_that_it_answers_when_it_is_sent_and_when_it_is_stored(clients: Clients) -> None:
    async def scenario() -> None:
        async with staged(clients) as stage:
            await stage.open_socket()
            sending = [asyncio.create_task(stage.client.send(BOB, text, reply)) for text, reply in ANSWERS]
            sent = await _acknowledged(stage)
            assert sent == ANSWERS
            assert [(message.text, message.reply_to) for message in await asyncio.gather(*sending)] == ANSWERS

    asyncio.run(scenario())


ANSWERS = [("Yes", 7), ("No", None), ("Perhaps", 9)]
"""Messages, each with the seq of the one that it answers."""


async def _acknowledged(stage: Stage) -> list[tuple[str, int | None]]:
    """Acknowledges each message, whichever frame it comes in, and returns what was sent."""
    sent: list[tuple[str, int | None]] = []
    while len(sent) < len(ANSWERS):
        frame = await stage.service.frames.get()
        messages = frame["messages"] if frame["action"] == "private-messages" else [frame]
        acks = []
        for message in messages:
            sent.append((message["message"], message.get("replyTo")))
            told = {"messageId": "m", "seq": len(sent), "ts": "2026-01-31T12:00:00.000Z"}
            acks.append({"clientMessageId": message["clientMessageId"], **told})
        await stage.push(json.dumps({"event": "acks", "acks": acks, "errors": []}))
    return sent
