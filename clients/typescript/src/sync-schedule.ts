import { Backoff } from "./backoff.js";
import type { Conversation } from "./conversation.js";
import { type DevConnectError, Refused } from "./errors.js";
import { frame } from "./frames.js";
import { RequestQueue } from "./request-queue.js";
import type { FrameSource } from "./source.js";
import type { Timings } from "./timings.js";

/** The most conversations in one `sync` frame. */
const MAX_CONVERSATIONS = 20;

/** Decides which conversations must be synced, and when. */
export class SyncSchedule implements FrameSource {
  readonly #requests: RequestQueue;
  readonly #gaps = new Map<string, number>();
  readonly #backoffs = new Map<string, Backoff>();
  readonly #refused = new Set<string>();

  constructor(
    private readonly conversations: ReadonlyMap<string, Conversation>,
    private readonly timings: Timings,
  ) {
    this.#requests = new RequestQueue(MAX_CONVERSATIONS, timings);
  }

  /** Sync every conversation: any message may have been missed. */
  reconnected(): void {
    this.#gaps.clear();
    this.#requests.reconnected([...this.conversations.keys()].filter((userId) => !this.#refused.has(userId)));
  }

  /** Sync the conversation with `userId`, as messages of it are missing. */
  missed(userId: string): void {
    if (!this.#refused.has(userId)) this.#requests.add(userId);
  }

  /** A message was overtaken; the conversation is synced if the message does not arrive by itself. */
  gap(userId: string, now: number, patience = this.timings.gap): void {
    if (!this.#gaps.has(userId)) this.#gaps.set(userId, now + patience);
  }

  /** A `sync` answer arrived; the conversation is synced again if messages are still missing. */
  answered(userId: string, complete: boolean, now: number): void {
    this.#requests.answered(userId);
    if (!complete) {
      this.#requests.add(userId);
    } else if (this.conversations.get(userId)?.hasGap) {
      // The service announced a message that it does not find: back off rather than ask as fast as it answers.
      const backoff = this.#backoffs.get(userId) ?? new Backoff(this.timings);
      this.#backoffs.set(userId, backoff);
      this.gap(userId, now, this.timings.gap + backoff.delay());
    } else {
      this.#backoffs.delete(userId);
    }
  }

  /**
   * A `sync` was answered by an error; it is repeated after a while. Returns the users whose sync is given up. After a
   * fault of the service it is given up only for now: the fault may be fixed before messages are missed again.
   */
  refused(error: DevConnectError, now: number): string[] {
    const givenUp = this.#requests.refused(error, now);
    if (error instanceof Refused) for (const userId of givenUp) this.#refused.add(userId);
    return givenUp;
  }

  outcomeUnknown(now: number): void {
    this.#requests.outcomeUnknown(now);
  }

  due(now: number): string[] {
    for (const [userId, dueAt] of this.#gaps) {
      if (dueAt > now) continue;
      this.#gaps.delete(userId);
      if (this.conversations.get(userId)?.hasGap) this.missed(userId);
    }
    const conversations = this.#requests.due(now).map((userId) => {
      const { upto: afterSeq = 0, changes } = this.conversations.get(userId) ?? {};
      return { userId, afterSeq, ...(changes?.areTold ? { afterChange: changes.upto } : {}) };
    });
    return conversations.length ? [frame({ action: "sync", conversations })] : [];
  }

  nextDue(): number {
    return Math.min(this.#requests.nextDue(), ...this.#gaps.values());
  }
}
