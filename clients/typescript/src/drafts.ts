import { Backoff } from "./backoff.js";
import type { DevConnectError } from "./errors.js";
import type { Message } from "./events.js";
import { bytes, frame, MAX_BYTES, MAX_MESSAGES, privateMessage } from "./frames.js";
import type { Timings } from "./timings.js";

/** A message that is to be sent, as an offline queue keeps it. */
export interface QueuedMessage {
  readonly clientMessageId: string;
  readonly toUserId: string;
  readonly text: string;
  /** The seq of the message that this one answers. */
  readonly replyTo?: number;
}

/** What becomes of a message: it is acknowledged, or it is given up. */
export interface Outcome {
  readonly resolve: (message: Message) => void;
  readonly reject: (error: DevConnectError) => void;
}

/** A message in the outbox, and how far it has come. */
export class Draft {
  /** The frame that has only this message. */
  readonly frame: string;
  /** The length of the frame, in bytes. */
  readonly size: number;
  readonly backoff: Backoff;
  /** It was refused together with others, so it is sent alone now. */
  alone = false;
  dueAt = 0;
  sentAt = 0;
  unanswered = false;
  faults = 0;

  /** Throws Refused for a message that cannot be sent at all. */
  constructor(
    readonly queued: QueuedMessage,
    readonly outcome: Outcome,
    timings: Timings,
  ) {
    this.frame = privateMessage(queued.toUserId, queued.text, queued.clientMessageId, queued.replyTo);
    this.size = bytes(this.frame);
    this.backoff = new Backoff(timings);
  }
}

/** Returns the first drafts of a queue that one frame has room for. */
export function together(queue: readonly Draft[]): Draft[] {
  const drafts: Draft[] = [];
  let size = 0;
  for (const draft of queue.slice(0, MAX_MESSAGES)) {
    size += draft.size;
    if (drafts.length && (draft.alone || drafts[0]?.alone || size > MAX_BYTES)) break;
    drafts.push(draft);
  }
  return drafts;
}

/** Returns the frame that has all of these drafts, which are to one user. */
export function frameOf(drafts: readonly Draft[]): string {
  const [first] = drafts;
  if (!first || drafts.length === 1) return first?.frame ?? "";
  const messages = drafts.map(({ queued: { text: message, clientMessageId, replyTo } }) => ({
    message,
    clientMessageId,
    ...(replyTo ? { replyTo } : {}),
  }));
  return frame({ action: "private-messages", toUserId: first.queued.toUserId, messages });
}
