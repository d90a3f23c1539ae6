import assert from "node:assert/strict";
import { test } from "node:test";
import { Device } from "../src/device.js";
import { Flooding, SessionEnded } from "../src/errors.js";
import { readFrame } from "../src/incoming.js";
import { ADA, BOB, sent, TIMINGS } from "./fixtures.js";

/** A frame of each kind, as docs/protocol.md shows it. */
const FRAMES: readonly object[] = [
  { event: "ack", clientMessageId: "a-1", messageId: "m", seq: 1, ts: "t" },
  { event: "acks", acks: [{ clientMessageId: "a-1", messageId: "m", seq: 1, ts: "t" }], errors: [{ code: "blocked" }] },
  { event: "private-message", ...sent(1) },
  { event: "private-messages", messages: [sent(1), sent(2)] },
  { event: "sync", userId: BOB, messages: [sent(1)], complete: true, changed: [sent(1)], lastChange: 1 },
  { event: "message:read", conversationId: `${ADA}:${BOB}`, userId: BOB, seq: 1 },
  { event: "message:changed", ...sent(1), change: 1, editedAt: "t", reactions: { [BOB]: "x" } },
  { event: "conversation:request", userId: BOB, status: "accepted" },
  { event: "typing", userId: BOB },
  { event: "registered", userId: ADA, expiresIn: 300 },
  { event: "presence", userId: BOB, online: true, lastSeenAt: null },
  { event: "presence:state", userId: BOB, online: false, lastSeenAt: "t" },
  { event: "notification", notificationId: "n", type: "T", fromUserId: BOB, text: "", createdAt: "t" },
  { event: "error", error: "no", code: "bad_request", action: "typing" },
];

const WRONG = [undefined, null, 0, -1, 1.5, "", "x", [], {}, [null], true];

/** The same object with a value in place of one of its fields, at any depth. */
function* broken(value: unknown): Generator<unknown> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, field] of Object.entries(value)) {
    const replaced = (by: unknown) =>
      Array.isArray(value) ? value.map((each, at) => (at === Number(name) ? by : each)) : { ...value, [name]: by };
    for (const wrong of WRONG) yield replaced(wrong);
    for (const deeper of broken(field)) yield replaced(deeper);
  }
}

test("every frame of the protocol is read", () => {
  for (const frame of FRAMES) assert.ok(readFrame(JSON.stringify(frame)), JSON.stringify(frame));
});

test("text that is no frame is passed over", () => {
  for (const text of ["", "{", "null", "[]", "1", '"x"', '{"event":7}', '{"event":"toString"}', '{"event":"new"}']) {
    assert.equal(readFrame(text), undefined, text);
  }
});

test("a frame without an event is API Gateway's own", () => {
  assert.equal(readFrame('{"message": "Internal server error"}')?.event, "");
});

test("a device survives every frame that has a wrong or missing field, and goes on", () => {
  const device = new Device(ADA, {}, TIMINGS);
  let tried = 0;
  for (const frame of FRAMES.flatMap((each) => [...broken(each)])) {
    tried += 1;
    try {
      device.take(readFrame(JSON.stringify(frame)), 0);
    } catch (error) {
      assert.ok(error instanceof SessionEnded || error instanceof Flooding, `${JSON.stringify(frame)}: ${error}`);
    }
  }
  assert.ok(tried > 500, `${tried}`);
  const fresh = new Device(ADA, {}, TIMINGS);
  fresh.take(readFrame(JSON.stringify({ event: "private-messages", messages: [sent(1), { seq: 2 }] })), 0);
  assert.equal(fresh.take(readFrame(JSON.stringify({ event: "private-message", ...sent(1) })), 0).length, 1);
});

test("a message between two others is passed over", () => {
  const device = new Device(ADA, {}, TIMINGS);
  const foreign = { event: "private-message", ...sent(1), toUserId: BOB };
  assert.deepEqual(device.take(readFrame(JSON.stringify(foreign)), 0), []);
});
