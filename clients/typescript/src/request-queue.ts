import { Backoff } from "./backoff.js";
import { type DevConnectError, Fault, isTemporary, retryAfter } from "./errors.js";
import type { Timings } from "./timings.js";

/**
 * Requests about users, sent in frames that name several users at once and repeated until each user is answered. At most
 * one frame is in flight, so its answers set the pace.
 */
export class RequestQueue {
  #waiting = new Set<string>();
  #asked = new Set<string>();
  #askedUntil = 0;
  #notBefore = 0;
  #batchSize: number;
  #backoff: Backoff;
  #faults = 0;

  /** `maxUsers` is how many users one frame may name. */
  constructor(
    private readonly maxUsers: number,
    private readonly timings: Timings,
  ) {
    this.#batchSize = maxUsers;
    this.#backoff = new Backoff(timings);
  }

  /** Request a user; a user whose request is in flight is requested once more afterwards. */
  add(userId: string): void {
    this.#waiting.add(userId);
  }

  /** The request is needed no more. */
  remove(userId: string): void {
    this.#waiting.delete(userId);
    this.#asked.delete(userId);
  }

  /** Request these users. Frames of the previous websocket get no answer any more. */
  reconnected(userIds: Iterable<string>): void {
    this.#asked = new Set();
    this.#waiting = new Set(userIds);
  }

  answered(userId: string): void {
    this.#backoff = new Backoff(this.timings);
    this.#faults = 0;
    if (this.#asked.delete(userId) && !this.#asked.size) {
      this.#batchSize = Math.min(this.maxUsers, 2 * this.#batchSize);
    }
  }

  /**
   * The frame in flight was answered by an error. Returns the users whose request is given up. If the error is permanent,
   * the frame is bisected until the user who causes the error is known.
   */
  refused(error: DevConnectError, now: number): string[] {
    const asked = [...this.#asked];
    this.#asked = new Set();
    this.#notBefore = now + retryAfter(error) + this.#backoff.delay();
    if (error instanceof Fault) this.#faults += 1;
    if (asked.length && !isTemporary(error, this.#faults)) {
      if (asked.length === 1) return asked;
      this.#batchSize = asked.length >> 1;
    }
    this.#waiting = new Set([...asked, ...this.#waiting]);
    return [];
  }

  /** Some frame that was sent may not have been processed; it need not be one of this queue. */
  outcomeUnknown(now: number): void {
    this.#askedUntil = Math.min(this.#askedUntil, now + this.#backoff.delay());
  }

  /** Returns the users whom the frame to be sent now must name; empty if no frame is due. */
  due(now: number): string[] {
    if (this.#asked.size && now >= this.#askedUntil) {
      this.#waiting = new Set([...this.#asked, ...this.#waiting]);
      this.#asked = new Set();
    }
    if (this.#asked.size || now < this.#notBefore) return [];
    this.#asked = new Set([...this.#waiting].slice(0, this.#batchSize));
    for (const userId of this.#asked) this.#waiting.delete(userId);
    this.#askedUntil = now + this.timings.answer;
    return [...this.#asked];
  }

  nextDue(): number {
    if (this.#asked.size) return this.#askedUntil;
    return this.#waiting.size ? this.#notBefore : Infinity;
  }
}
