import assert from "node:assert/strict";
import { test } from "node:test";
import { Device } from "../src/device.js";
import { Refused } from "../src/errors.js";
import { readFrame } from "../src/incoming.js";
import { ADA, BOB, message, parsed, sent, TIMINGS } from "./fixtures.js";

/** A device that has three messages of Bob's, of a service that has changes. */
function device(): Device {
  const made = new Device(ADA, { [BOB]: 0 }, TIMINGS);
  made.reconnected(0);
  made.due(0);
  take(made, { event: "registered", userId: ADA, expiresIn: 300 });
  take(made, { event: "sync", userId: BOB, messages: [1, 2, 3].map(sent), complete: true, lastChange: 0 });
  return made;
}

const take = (made: Device, frame: object, now = 0) => made.take(readFrame(JSON.stringify(frame)), now);
const changed = (seq: number, change: number, state: object) => ({ ...sent(seq), change, ...state });
const pushed = (seq: number, change: number, state: object) => ({
  event: "message:changed",
  ...changed(seq, change, state),
});

test("a pushed change is delivered once, and an older state of the message never after it", () => {
  const made = device();
  const [event] = take(made, pushed(2, 1, { message: "new", editedAt: "t" }));
  const edited = { ...message(2), text: "new", change: 1, editedAt: "t" };
  assert.deepEqual(event, { type: "changed", message: edited, upto: 1 });
  assert.deepEqual(take(made, pushed(2, 1, { message: "new" })), []);
  assert.equal(take(made, pushed(2, 2, { message: "", deleted: true })).length, 1);
  assert.deepEqual(take(made, pushed(2, 1, { message: "new" })), []);
});

test("a change that is not the next one is delivered, and those before it are asked for", () => {
  const made = device();
  assert.equal(take(made, pushed(1, 3, { reactions: { [BOB]: "👍" } }), 10).length, 1);
  const sync = { action: "sync", conversations: [{ userId: BOB, afterSeq: 3, afterChange: 0 }] };
  assert.deepEqual(parsed(made.due(10 + TIMINGS.gap)), [sync]);
  const answer = {
    event: "sync",
    userId: BOB,
    messages: [],
    complete: true,
    changed: [changed(2, 2, { message: "new" }), changed(1, 3, { reactions: { [BOB]: "👍" } })],
    lastChange: 3,
  };
  const events = take(made, answer, 500);
  assert.deepEqual(
    events.map(({ type }) => type),
    ["changed", "up-to-date"],
  );
  assert.equal(made.nextDue() > 1_000, true, "nothing is missing any more");
});

test("changes are not asked for where the service has not told of any", () => {
  const made = new Device(ADA, { [BOB]: 4 }, TIMINGS);
  made.reconnected(0);
  assert.deepEqual(parsed(made.due(0))[1], { action: "sync", conversations: [{ userId: BOB, afterSeq: 4 }] });
});

test("an edit is sent until the message is so, and no other change of it is taken for the answer", async () => {
  const made = device();
  const edit = { action: "message:edit" as const, userId: BOB, seq: 2, message: "new" };
  const asked = made.changes.ask(edit);
  assert.deepEqual(parsed(made.due(0)), [edit]);
  take(made, pushed(2, 1, { reactions: { [BOB]: "👍" } }), 1);
  made.reconnected(2);
  assert.deepEqual(parsed(made.due(2)).at(-1), edit);
  take(made, pushed(2, 2, { message: "new" }), 3);
  assert.equal((await asked).change, 2);
  assert.equal(
    parsed(made.due(TIMINGS.answer * 2)).some((frame) => (frame as { action: string }).action === "message:edit"),
    false,
  );
});

test("changes of one message are made one after the other", async () => {
  const made = device();
  const wanted = ["👍", null].map((reaction) => ({ action: "message:react" as const, userId: BOB, seq: 1, reaction }));
  const asked = wanted.map((each) => made.changes.ask(each));
  assert.deepEqual(parsed(made.due(0)), [wanted[0]]);
  take(made, pushed(1, 1, { reactions: { [ADA]: "👍" } }), 1);
  assert.deepEqual(parsed(made.due(1)), [wanted[1]]);
  take(made, pushed(1, 2, {}), 2);
  assert.equal((await Promise.all(asked)).length, 2);
});

test("a change that is refused is given up, and one that is limited waits", async () => {
  const made = device();
  const asked = made.changes.ask({ action: "message:delete", userId: BOB, seq: 3 });
  made.due(0);
  const error = { event: "error", error: "No.", action: "message:delete", userId: BOB, seq: 3 };
  take(made, { ...error, code: "rate_limited", retryAfter: 5 }, 100);
  assert.equal(made.nextDue(), 5_100);
  made.due(5_100);
  take(made, { ...error, code: "forbidden" }, 5_200);
  await assert.rejects(asked, (reason) => reason instanceof Refused && reason.code === "forbidden");
});
