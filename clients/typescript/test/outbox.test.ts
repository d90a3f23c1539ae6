import assert from "node:assert/strict";
import { test } from "node:test";
import { Draft } from "../src/drafts.js";
import { type DevConnectError, Refused, SessionEnded } from "../src/errors.js";
import type { Message } from "../src/events.js";
import { MAX_BYTES } from "../src/frames.js";
import { Outbox } from "../src/outbox.js";
import { ADA, BOB, CAY, parsed, TIMINGS } from "./fixtures.js";

function outboxWith(...texts: string[]): { outbox: Outbox; outcomes: (Message | DevConnectError)[] } {
  const outbox = new Outbox(ADA, TIMINGS);
  const outcomes: (Message | DevConnectError)[] = [];
  const keep = (outcome: Message | DevConnectError): void => void outcomes.push(outcome);
  for (const text of texts) {
    const queued = { clientMessageId: `id-${text.slice(0, 9)}`, toUserId: BOB, text };
    outbox.put(new Draft(queued, { resolve: keep, reject: keep }, TIMINGS));
  }
  return { outbox, outcomes };
}

const ack = (text: string, seq: number) => ({ clientMessageId: `id-${text}`, messageId: `m${seq}`, seq, ts: "t" });
const batch = (...texts: string[]) => ({
  action: "private-messages",
  toUserId: BOB,
  messages: texts.map((text) => ({ message: text, clientMessageId: `id-${text}` })),
});
const single = (text: string) => ({
  action: "private-message",
  toUserId: BOB,
  message: text,
  clientMessageId: `id-${text}`,
});

test("what waits for one user is one frame, and nothing more is sent before its answer", () => {
  const { outbox, outcomes } = outboxWith("1", "2", "3");
  assert.deepEqual(parsed(outbox.due(0)), [batch("1", "2", "3")]);
  assert.deepEqual(outbox.due(TIMINGS.answer - 1), []);
  for (const [index, text] of ["1", "2", "3"].entries()) outbox.acknowledged(ack(text, index + 1));
  assert.deepEqual(
    outcomes.map((outcome) => (outcome as Message).seq),
    [1, 2, 3],
  );
  assert.equal(outbox.nextDue(), Infinity);
});

test("an answer names the message that it answers, alone and among others", () => {
  const { outbox, outcomes } = outboxWith();
  const keep = (outcome: Message | DevConnectError): void => void outcomes.push(outcome);
  const answer = { clientMessageId: "id-a", toUserId: BOB, text: "a", replyTo: 7 };
  outbox.put(new Draft(answer, { resolve: keep, reject: keep }, TIMINGS));
  assert.deepEqual(parsed(outbox.due(0)), [{ ...single("a"), replyTo: 7 }]);
  outbox.put(new Draft({ ...answer, clientMessageId: "id-b", text: "b" }, { resolve: keep, reject: keep }, TIMINGS));
  const [{ messages }] = parsed(outbox.due(TIMINGS.answer)) as [{ messages: { replyTo: number }[] }];
  assert.deepEqual(
    messages.map(({ replyTo }) => replyTo),
    [7, 7],
  );
  outbox.acknowledged(ack("a", 8));
  assert.equal((outcomes[0] as Message).replyTo, 7);
});

test("messages to several users do not wait for each other", () => {
  const { outbox } = outboxWith("1");
  const toCay = { clientMessageId: "id-c", toUserId: CAY, text: "c" };
  outbox.put(new Draft(toCay, { resolve: () => {}, reject: () => {} }, TIMINGS));
  assert.equal(outbox.due(0).length, 2);
});

test("a frame without an answer is sent again with the same ids, later or on the next websocket", () => {
  const { outbox } = outboxWith("1");
  assert.deepEqual(parsed(outbox.due(0)), [single("1")]);
  assert.equal(outbox.overdueSince(TIMINGS.answer - 1), -Infinity);
  assert.equal(outbox.overdueSince(TIMINGS.answer), 0);
  assert.deepEqual(parsed(outbox.due(TIMINGS.answer)), [single("1")]);
  outbox.reconnected();
  assert.deepEqual(parsed(outbox.due(TIMINGS.answer + 1)), [single("1")]);
});

test("a batch that is refused is sent one by one, and only the message that is to blame is given up", () => {
  const { outbox, outcomes } = outboxWith("1", "2");
  outbox.due(0);
  outbox.refused({ action: "private-messages", clientMessageId: "id-1", code: "bad_request", error: "no" }, 1);
  assert.deepEqual(parsed(outbox.due(1)), [single("1")]);
  outbox.refused({ action: "private-message", clientMessageId: "id-1", code: "bad_request", error: "no" }, 2);
  assert.ok(outcomes[0] instanceof Refused && outcomes[0].code === "bad_request");
  assert.deepEqual(parsed(outbox.due(3)), [single("2")]);
});

test("after a rate limit a message waits for as long as it says", () => {
  const { outbox, outcomes } = outboxWith("1");
  outbox.due(0);
  outbox.refused({ action: "private-message", clientMessageId: "id-1", code: "rate_limited", retryAfter: 30 }, 100);
  assert.equal(outbox.nextDue(), 30_100);
  assert.deepEqual(outbox.due(30_099), []);
  assert.equal(outbox.due(30_100).length, 1);
  assert.deepEqual(outcomes, []);
});

test("a fault is tried ten times, and then given up", () => {
  const { outbox, outcomes } = outboxWith("1");
  for (let faults = 1; faults <= 10; faults += 1) {
    assert.deepEqual(outcomes, []);
    assert.equal(outbox.due(faults).length, 1);
    outbox.refused({ action: "private-message", clientMessageId: "id-1", code: "internal" }, faults);
  }
  assert.equal(outcomes.length, 1);
  assert.deepEqual(outbox.due(11), []);
});

test("a frame has at most 50 messages, and 32 KB", () => {
  const many = outboxWith(...Array.from({ length: 60 }, (_, index) => `${index}`)).outbox;
  const [first] = parsed(many.due(0)) as [ReturnType<typeof batch>];
  assert.equal(first.messages.length, 50);
  const long = outboxWith(..."abcd".split("").map((letter) => letter.repeat(12_000))).outbox;
  const [frame = ""] = long.due(0);
  assert.ok(frame.length < MAX_BYTES);
  assert.equal((JSON.parse(frame) as ReturnType<typeof batch>).messages.length, 2);
});

test("a message that no frame has room for, or that is half a character, is refused at once", () => {
  assert.throws(() => outboxWith("é".repeat(MAX_BYTES / 2)), Refused);
  assert.throws(() => outboxWith("\ud83d"), Refused);
});

test("at the end every message is given up, and every later one", () => {
  const { outbox, outcomes } = outboxWith("1", "2");
  outbox.end(new SessionEnded("over"));
  const late = { clientMessageId: "id-3", toUserId: BOB, text: "3" };
  outbox.put(new Draft(late, { resolve: () => {}, reject: (error) => outcomes.push(error) }, TIMINGS));
  assert.equal(outcomes.filter((outcome) => outcome instanceof SessionEnded).length, 3);
  assert.deepEqual(outbox.due(0), []);
});
