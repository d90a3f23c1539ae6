import assert from "node:assert/strict";
import { test } from "node:test";
import { Conversation } from "../src/conversation.js";
import { message } from "./fixtures.js";

test("messages in any order, and doubled, come out once and in order", () => {
  const conversation = new Conversation();
  assert.deepEqual(conversation.take([message(2), message(3)]), []);
  assert.equal(conversation.hasGap, true);
  assert.deepEqual(conversation.take([message(1), message(1)]), [1, 2, 3].map(message));
  assert.deepEqual(conversation.take([message(2)]), []);
  assert.equal(conversation.hasGap, false);
  assert.equal(conversation.upto, 3);
});

test("a conversation that is known up to a seq goes on behind it", () => {
  const conversation = new Conversation(7);
  assert.deepEqual(conversation.take([message(7), message(8)]), [message(8)]);
});

test("a message that the service tells of is a gap until it comes", () => {
  const conversation = new Conversation();
  conversation.exists(1);
  assert.equal(conversation.hasGap, true);
  conversation.take([message(1)]);
  assert.equal(conversation.hasGap, false);
});
