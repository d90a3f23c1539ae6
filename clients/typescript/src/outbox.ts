import { type Draft, frameOf, together } from "./drafts.js";
import {
  type DevConnectError,
  type ErrorBody,
  errorOf,
  Fault,
  isTemporary,
  RateLimited,
  retryAfter,
} from "./errors.js";
import type { Message } from "./events.js";
import type { FrameSource } from "./source.js";
import type { Timings } from "./timings.js";

/** What an `ack` tells of a message. */
export interface Ack {
  readonly clientMessageId: string;
  readonly messageId: string;
  readonly seq: number;
  readonly ts: string;
}

/**
 * Outgoing messages: each is sent until it is acknowledged or refused. One queue for each receiver, of which only one
 * frame is in flight: with the first message, or the first few.
 *
 * The service promises no order among frames that it processes at the same time, so the queue is what keeps messages to
 * one user in the order in which they were sent. Whatever has queued up meanwhile is sent together, and stored in this
 * order. The times of a queue are noted in its first draft.
 */
export class Outbox implements FrameSource {
  readonly #queues = new Map<string, Draft[]>();
  readonly #drafts = new Map<string, Draft>();
  #ended: DevConnectError | undefined;

  constructor(
    private readonly ownId: string,
    private readonly timings: Timings,
  ) {}

  /** Queues a message. After the end of the client it is given up at once. */
  put(draft: Draft): void {
    const { clientMessageId, toUserId } = draft.queued;
    if (this.#ended) {
      draft.outcome.reject(this.#ended);
      return;
    }
    this.#drafts.set(clientMessageId, draft);
    this.#queues.set(toUserId, [...(this.#queues.get(toUserId) ?? []), draft]);
  }

  due(now: number): string[] {
    const due = [...this.#queues.values()].filter(([first]) => first && first.dueAt <= now);
    return due.map((queue) => {
      const [first] = queue;
      if (first) {
        first.dueAt = now + this.timings.answer;
        first.sentAt = now;
        first.unanswered = true;
      }
      return frameOf(together(queue));
    });
  }

  nextDue(): number {
    return Math.min(...this.#firsts().map(({ dueAt }) => dueAt));
  }

  /**
   * Returns when the last of the frames was sent that were not answered in time, which `due` is about to return again;
   * -Infinity if there is none.
   */
  overdueSince(now: number): number {
    const overdue = this.#unanswered().filter(({ dueAt }) => dueAt <= now);
    return Math.max(...overdue.map(({ sentAt }) => sentAt));
  }

  reconnected(): void {
    for (const first of this.#unanswered()) first.dueAt = 0;
  }

  /** Some frame may not have been processed: do not wait so long for the answers that are outstanding. */
  outcomeUnknown(now: number): void {
    for (const first of this.#unanswered()) first.dueAt = Math.min(first.dueAt, now + first.backoff.delay());
  }

  /** Returns the message that an `ack` is for; undefined if it was acknowledged before. */
  acknowledged({ clientMessageId, messageId, seq, ts }: Ack): Message | undefined {
    const draft = this.#drafts.get(clientMessageId);
    if (!draft) return undefined;
    const { toUserId, text, replyTo } = draft.queued;
    const fromUserId = this.ownId;
    const sent: Message = { type: "message", messageId, seq, fromUserId, toUserId, text, ts, clientMessageId };
    const message = replyTo ? { ...sent, replyTo } : sent;
    this.#remove(draft);
    draft.outcome.resolve(message);
    return message;
  }

  /**
   * A frame was answered by an `error`, which is final, or a reason to wait before sending it again.
   *
   * A final error of several messages may be due to any of them, so each is then sent alone. So it is where a rate limit
   * was exceeded, which may be lower than their number.
   */
  refused(body: ErrorBody & { readonly clientMessageId?: unknown; readonly action?: unknown }, now: number): void {
    const draft = this.#drafts.get(String(body.clientMessageId));
    if (!draft) return;
    const error = errorOf(body);
    if (error instanceof Fault) draft.faults += 1;
    const goesOn = isTemporary(error, draft.faults);
    const isBatch = body.action === "private-messages" && !draft.alone;
    if (isBatch && (error instanceof RateLimited || !goesOn)) {
      for (const each of together(this.#queues.get(draft.queued.toUserId) ?? [])) each.alone = true;
    }
    if (goesOn) {
      draft.dueAt = now + retryAfter(error) + draft.backoff.delay();
      draft.unanswered = false;
    } else if (isBatch) {
      draft.dueAt = 0;
    } else {
      this.#remove(draft);
      draft.outcome.reject(error);
    }
  }

  /** Send nothing any more: every queued message, and every later one, is given up with this error. */
  end(error: DevConnectError): void {
    this.#ended = error;
    const drafts = [...this.#drafts.values()];
    this.#drafts.clear();
    this.#queues.clear();
    for (const { outcome } of drafts) outcome.reject(error);
  }

  #firsts(): Draft[] {
    return [...this.#queues.values()].flatMap((queue) => queue.slice(0, 1));
  }

  #unanswered(): Draft[] {
    return this.#firsts().filter(({ unanswered }) => unanswered);
  }

  #remove(draft: Draft): void {
    const { clientMessageId, toUserId } = draft.queued;
    this.#drafts.delete(clientMessageId);
    const rest = (this.#queues.get(toUserId) ?? []).filter((each) => each !== draft);
    if (rest.length) this.#queues.set(toUserId, rest);
    else this.#queues.delete(toUserId);
  }
}
