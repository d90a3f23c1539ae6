import type { Message } from "../src/events.js";
import { DEFAULT_TIMINGS, type Timings } from "../src/timings.js";

export const ADA = "a".repeat(24);
export const BOB = "b".repeat(24);
export const CAY = "c".repeat(24);

/** No delay after a failure, so that a test says when what is due. */
export const TIMINGS: Timings = { ...DEFAULT_TIMINGS, firstDelay: 0, longestDelay: 0 };

/** A message of Bob's to Ada, whose text says its seq. */
export function message(seq: number): Message {
  return { type: "message", messageId: `m${seq}`, seq, fromUserId: BOB, toUserId: ADA, text: `${seq}`, ts: "t" };
}

/** The same as the service sends it. */
export function sent(seq: number): object {
  const { messageId, fromUserId, toUserId, text, ts } = message(seq);
  return { messageId, conversationId: `${ADA}:${BOB}`, seq, fromUserId, toUserId, message: text, ts };
}

export function parsed(frames: readonly string[]): unknown[] {
  return frames.map((frame) => JSON.parse(frame));
}
