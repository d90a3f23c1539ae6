import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../src/backoff.js";
import { EventQueue } from "../src/event-queue.js";
import { newClientMessageId } from "../src/ids.js";
import { DEFAULT_TIMINGS } from "../src/timings.js";

test("delays are random below a limit that doubles up to the longest, and begins again after a stable socket", () => {
  const backoff = new Backoff({ ...DEFAULT_TIMINGS, firstDelay: 100, longestDelay: 400 });
  const limits = [100, 200, 400, 400];
  for (const limit of limits) {
    const delay = backoff.delay();
    assert.ok(delay >= 0 && delay < limit, `${delay} of ${limit}`);
  }
  assert.ok(backoff.delay(DEFAULT_TIMINGS.stable) < 100);
  const first = Array.from({ length: 50 }, () => new Backoff(DEFAULT_TIMINGS).delay());
  assert.ok(new Set(first).size > 40, "the delays of many clients differ");
});

test("ids grow, are of the form that the service takes, and differ", () => {
  const ids = Array.from({ length: 1_000 }, newClientMessageId);
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(ids).size, 1_000);
  for (const id of ids) assert.match(id, /^[\x21-\x7e]{1,64}$/);
});

test("events wait for whoever iterates, and the end comes after them", async () => {
  const queue = new EventQueue<number>();
  const early = queue.next();
  queue.push(1, 2);
  queue.end(new Error("over"));
  queue.push(3);
  assert.deepEqual(await early, { value: 1, done: false });
  assert.deepEqual(await queue.next(), { value: 2, done: false });
  await assert.rejects(queue.next(), /over/);
  await assert.rejects(queue.next(), /over/);
});
