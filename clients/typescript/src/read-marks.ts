import { type DevConnectError, Fault, isTemporary, retryAfter } from "./errors.js";
import { frame } from "./frames.js";
import type { FrameSource } from "./source.js";

/**
 * How far this user has read each conversation. A mark has no acknowledgement, so it is sent until the list of
 * conversations shows it.
 */
export class ReadMarks implements FrameSource {
  readonly #marks = new Map<string, number>();
  #unconfirmed = new Set<string>();
  #due = new Set<string>();
  #notBefore = 0;
  #faults = 0;

  /** The conversation with a user was read up to `seq`. Marks only move forward. */
  read(userId: string, seq: number): void {
    if (seq <= (this.#marks.get(userId) ?? 0)) return;
    this.#marks.set(userId, seq);
    this.#unconfirmed.add(userId);
    this.#due.add(userId);
  }

  /** The list of conversations shows how far this user has read. */
  listed(userId: string, readSeq: number): void {
    if (!this.#unconfirmed.has(userId)) return;
    if (readSeq < (this.#marks.get(userId) ?? 0)) {
      this.#due.add(userId);
    } else {
      this.#faults = 0;
      this.#unconfirmed.delete(userId);
    }
  }

  /** Marks that were sent on the previous websocket may not have arrived. */
  reconnected(): void {
    this.#due = new Set([...this.#due, ...this.#unconfirmed]);
  }

  /** A mark was refused; the error does not say which. If it is permanent, all marks sent so far are given up. */
  refused(error: DevConnectError, now: number): void {
    this.#notBefore = now + retryAfter(error);
    if (error instanceof Fault) this.#faults += 1;
    if (!isTemporary(error, this.#faults)) this.#unconfirmed = new Set(this.#due);
  }

  due(now: number): string[] {
    if (now < this.#notBefore) return [];
    const due = [...this.#due];
    this.#due.clear();
    return due.map((userId) => frame({ action: "message:read", userId, seq: this.#marks.get(userId) ?? 0 }));
  }

  nextDue(): number {
    return this.#due.size ? this.#notBefore : Infinity;
  }
}
