import assert from "node:assert/strict";
import { test } from "node:test";
import { Device } from "../src/device.js";
import { Draft } from "../src/drafts.js";
import { Evicted, Flooding, Refused, SessionEnded } from "../src/errors.js";
import { readFrame } from "../src/incoming.js";
import { ADA, BOB, CAY, message, parsed, sent, TIMINGS } from "./fixtures.js";

function opened(known: Record<string, number> = {}): Device {
  const device = new Device(ADA, known, TIMINGS);
  device.reconnected(0);
  return device;
}

function take(device: Device, frame: object, now = 0) {
  return device.take(readFrame(JSON.stringify(frame)), now);
}

test("a new websocket begins with a heartbeat that asks, and a sync of what is known", () => {
  const sync = { action: "sync", conversations: [{ userId: BOB, afterSeq: 4 }] };
  assert.deepEqual(parsed(opened({ [BOB]: 4 }).due(0)), [{ action: "register" }, sync]);
});

test("heartbeats ask only where nothing has arrived since the one before", () => {
  const device = opened();
  device.due(0);
  take(device, { event: "registered", userId: ADA, expiresIn: 300 }, 1);
  assert.equal(device.nextDue(), 240_001);
  take(device, { event: "typing", userId: BOB }, 2);
  assert.deepEqual(parsed(device.due(240_001)), [{ action: "register", answer: false }]);
  assert.deepEqual(parsed(device.due(480_001)), [{ action: "register" }]);
});

test("a connection is lost where a heartbeat has no answer and nothing else has arrived", () => {
  const device = opened();
  device.due(0);
  assert.equal(device.whyLost(TIMINGS.answer - 1), undefined);
  assert.equal(device.whyLost(TIMINGS.answer), "a heartbeat was not answered");
  take(device, { event: "typing", userId: BOB }, 5_000);
  assert.equal(device.whyLost(TIMINGS.answer), undefined);
  assert.deepEqual(parsed(device.due(TIMINGS.answer)), [{ action: "register" }]);
});

test("a connection on which something came just after a message is alive, however late this is asked", () => {
  const device = opened();
  device.due(0);
  take(device, { event: "registered", userId: ADA, expiresIn: 300 }, 1);
  device.outbox.put(
    new Draft({ clientMessageId: "1", toUserId: BOB, text: "hi" }, { resolve: () => {}, reject: () => {} }, TIMINGS),
  );
  device.due(2);
  assert.equal(device.whyLost(2 + 2 * TIMINGS.answer), "a message was not answered");
  take(device, { event: "typing", userId: BOB }, 3);
  assert.equal(device.whyLost(2 + 2 * TIMINGS.answer), undefined);
});

test("a request that is accepted on another device is told and synced, and one that is ignored is told alone", () => {
  const device = opened();
  device.due(0);
  const ignored = take(device, { event: "conversation:request", userId: CAY, status: "ignored" });
  assert.deepEqual(ignored, [{ type: "request-answered", userId: CAY, status: "ignored" }]);
  assert.deepEqual(device.due(1), []);
  const accepted = take(device, { event: "conversation:request", userId: BOB, status: "accepted" });
  assert.deepEqual(accepted, [{ type: "request-answered", userId: BOB, status: "accepted" }]);
  assert.deepEqual(parsed(device.due(1)), [{ action: "sync", conversations: [{ userId: BOB, afterSeq: 0 }] }]);
});

test("a push that was overtaken is synced unless it arrives soon", () => {
  const device = opened({ [BOB]: 0 });
  device.due(0);
  take(device, { event: "registered", userId: ADA, expiresIn: 300 });
  take(device, { event: "sync", userId: BOB, messages: [], complete: true });
  assert.deepEqual(take(device, { event: "private-message", ...sent(2) }, 10), []);
  assert.deepEqual(device.due(10 + TIMINGS.gap - 1), []);
  const sync = { action: "sync", conversations: [{ userId: BOB, afterSeq: 0 }] };
  assert.deepEqual(parsed(device.due(10 + TIMINGS.gap)), [sync]);
  const answer = { event: "sync", userId: BOB, messages: [sent(1)], complete: true };
  const events = take(device, answer, 400);
  assert.deepEqual(events, [message(1), message(2), { type: "up-to-date", userId: BOB }]);
});

test("what the service has deleted is not waited for", () => {
  const device = opened();
  take(device, { event: "private-message", ...sent(1) });
  assert.deepEqual(take(device, { event: "private-message", ...sent(9) }, 10), []);
  const answer = { event: "sync", userId: BOB, messages: [sent(7), sent(8)], complete: false };
  assert.deepEqual(take(device, answer), [message(7), message(8), message(9)]);
});

test("a sync whose answer is not complete is asked for again, after the last message", () => {
  const device = opened({ [BOB]: 0 });
  device.due(0);
  assert.deepEqual(take(device, { event: "sync", userId: BOB, messages: [sent(1)], complete: false }), [message(1)]);
  const sync = { action: "sync", conversations: [{ userId: BOB, afterSeq: 1 }] };
  assert.deepEqual(parsed(device.due(1)), [sync]);
});

test("a sync that is refused is halved until the user is found who is to blame", () => {
  const device = opened({ [BOB]: 0, [CAY]: 0 });
  device.due(0);
  const refusal = { event: "error", action: "sync", code: "not_found", error: "no such user" };
  assert.deepEqual(take(device, refusal), []);
  assert.deepEqual(parsed(device.due(1)), [{ action: "sync", conversations: [{ userId: BOB, afterSeq: 0 }] }]);
  const [failed] = take(device, refusal);
  assert.deepEqual(failed, { type: "failed", action: "sync", userIds: [BOB], reason: "no such user" });
  assert.deepEqual(parsed(device.due(2)), [{ action: "sync", conversations: [{ userId: CAY, afterSeq: 0 }] }]);
});

test("read marks go no further than what was delivered, and are repeated until the list shows them", () => {
  const device = opened();
  device.due(0);
  take(device, { event: "registered", userId: ADA, expiresIn: 300 });
  device.delivered(message(3));
  device.markRead(BOB, 9);
  const mark = { action: "message:read", userId: BOB, seq: 3 };
  assert.deepEqual(parsed(device.due(1)), [mark]);
  device.takeList([{ userId: BOB, lastSeq: 0, readSeq: 2 }], 1);
  assert.deepEqual(parsed(device.due(1)).slice(0, 1), [mark]);
  device.takeList([{ userId: BOB, lastSeq: 0, readSeq: 3 }], 1);
  device.reconnected(2);
  assert.equal(
    parsed(device.due(2)).some((frame) => (frame as { action: string }).action === "message:read"),
    false,
  );
});

test("presence is subscribed to again on each websocket, and no more after unwatch", () => {
  const device = opened();
  device.watchlist.add([BOB, CAY]);
  device.due(0);
  device.watchlist.remove([CAY]);
  assert.deepEqual(parsed(device.due(0)), [{ action: "presence:unsubscribe", userIds: [CAY] }]);
  device.reconnected(1);
  assert.deepEqual(parsed(device.due(1)).at(-1), { action: "presence:subscribe", userIds: [BOB] });
  assert.throws(() => device.watchlist.add(["bob"]), Refused);
});

test("a notification that comes twice is delivered once", () => {
  const device = opened();
  const frame = { event: "notification", notificationId: "n", type: "T", fromUserId: BOB, text: "x", createdAt: "t" };
  assert.equal(take(device, frame).length, 1);
  assert.equal(take(device, frame).length, 0);
});

test("what ends a socket is thrown", () => {
  assert.throws(() => take(opened(), { event: "session:ended" }), SessionEnded);
  assert.throws(() => take(opened(), { event: "socket:evicted" }), Evicted);
  assert.throws(() => take(opened(), { event: "error", code: "unauthorized", error: "" }), SessionEnded);
  const flooding = { event: "error", code: "flooding", error: "", retryAfter: 7 };
  assert.throws(() => take(opened(), flooding), new Flooding("", 7_000));
});

test("known must be an upto of this user", () => {
  for (const known of [{ bob: 1 }, { [ADA]: 1 }, { [BOB]: -1 }, { [BOB]: 1.5 }]) {
    assert.throws(() => new Device(ADA, known, TIMINGS), Refused);
  }
});
