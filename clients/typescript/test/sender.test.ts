import assert from "node:assert/strict";
import { test } from "node:test";
import type { QueuedMessage } from "../src/drafts.js";
import { ClientClosed, Refused } from "../src/errors.js";
import type { ClientEvent } from "../src/events.js";
import type { MessageQueue } from "../src/message-queue.js";
import { Outbox } from "../src/outbox.js";
import { Sender } from "../src/sender.js";
import { ADA, BOB, TIMINGS } from "./fixtures.js";

/** A queue in memory, which takes its time. */
class SlowQueue implements MessageQueue {
  readonly kept = new Map<string, QueuedMessage>();

  async load(): Promise<readonly QueuedMessage[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return [...this.kept.values()].sort((one, other) => (one.clientMessageId < other.clientMessageId ? -1 : 1));
  }

  async add(message: QueuedMessage): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.kept.set(message.clientMessageId, message);
  }

  async remove(clientMessageId: string): Promise<void> {
    this.kept.delete(clientMessageId);
  }
}

function device(queue: MessageQueue) {
  const outbox = new Outbox(ADA, TIMINGS);
  const events: ClientEvent[] = [];
  const sender = new Sender(
    outbox,
    queue,
    TIMINGS,
    (more) => events.push(...more),
    () => {},
  );
  return { outbox, events, sender };
}

/** Waits until the outbox has so many messages to send, and returns their texts and ids. */
async function waiting(outbox: Outbox, count: number): Promise<{ message: string; clientMessageId: string }[]> {
  for (;;) {
    outbox.reconnected();
    const [frame] = outbox.due(0);
    const parsed = frame ? JSON.parse(frame) : { messages: [] };
    const messages = parsed.messages ?? [parsed];
    if (messages.length >= count) return messages;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("messages that were not acknowledged are sent by the next run, in their order and with their ids", async () => {
  const queue = new SlowQueue();
  const first = device(queue);
  const sends = ["1", "2", "3"].map((text) => first.sender.send(BOB, text));
  const sent = await waiting(first.outbox, 3);
  assert.deepEqual(
    sent.map(({ message }) => message),
    ["1", "2", "3"],
  );
  first.outbox.end(new ClientClosed("closed"));
  for (const send of sends) await assert.rejects(send, ClientClosed);

  const second = device(queue);
  second.sender.resume();
  void second.sender.send(BOB, "4").catch(() => {});
  const again = await waiting(second.outbox, 4);
  assert.deepEqual(again.slice(0, 3), sent);
  assert.deepEqual(
    second.events.map(({ type }) => type),
    ["resumed", "resumed", "resumed"],
  );
});

test("an acknowledged message, and a refused one, are kept no longer", async () => {
  const queue = new SlowQueue();
  const { outbox, sender } = device(queue);
  const acknowledged = sender.send(BOB, "1");
  const [one] = await waiting(outbox, 1);
  outbox.acknowledged({ clientMessageId: one?.clientMessageId ?? "", messageId: "m", seq: 1, ts: "t" });
  await acknowledged;
  const refused = sender.send(BOB, "2");
  const [two] = await waiting(outbox, 1);
  outbox.refused({ action: "private-message", code: "blocked", clientMessageId: two?.clientMessageId }, 0);
  await assert.rejects(refused, Refused);
  while (queue.kept.size) await new Promise((resolve) => setImmediate(resolve));
});

test("a resumed message that is refused is told as an event", async () => {
  const queue = new SlowQueue();
  await queue.add({ clientMessageId: "id", toUserId: BOB, text: "1" });
  const { outbox, events, sender } = device(queue);
  sender.resume();
  await waiting(outbox, 1);
  outbox.refused({ action: "private-message", code: "blocked", error: "no", clientMessageId: "id" }, 0);
  assert.deepEqual(events.at(-1), { type: "unsent", clientMessageId: "id", toUserId: BOB, reason: "no" });
});

test("a message is sent although the queue fails, and the failure is told", async () => {
  const queue = new SlowQueue();
  queue.add = () => Promise.reject(new Error("the disk is full"));
  const { outbox, events, sender } = device(queue);
  void sender.send(BOB, "1").catch(() => {});
  await waiting(outbox, 1);
  assert.deepEqual(events, [{ type: "failed", action: "queue", userIds: [], reason: "Error: the disk is full" }]);
});
