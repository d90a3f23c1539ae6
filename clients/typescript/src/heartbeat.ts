import { type DevConnectError, retryAfter } from "./errors.js";
import { frame } from "./frames.js";
import type { FrameSource } from "./source.js";
import type { Timings } from "./timings.js";

/**
 * It keeps this device online, and shows that the connection is alive. It asks for an answer only where nothing else has
 * shown that.
 */
export class Heartbeat implements FrameSource {
  #expiresIn = Infinity;
  #retryAfter: number | undefined;
  #isQuiet = true;
  #receivedAt = 0;
  #nextAt = 0;
  #answerBy = Infinity;

  constructor(private readonly timings: Timings) {}

  reconnected(now: number): void {
    this.#receivedAt = now;
    this.#answerBy = Infinity;
    this.ask();
  }

  /** Ask for an answer at once, to find out whether the connection is alive, unless one is outstanding. */
  ask(): void {
    this.#isQuiet = true;
    this.#nextAt = 0;
  }

  /** A frame was received, whichever it is: the connection is alive. */
  received(now: number): void {
    this.#isQuiet = false;
    this.#receivedAt = now;
  }

  /** Whether nothing has been received for as long as an answer may take. */
  isSilent(now: number): boolean {
    return now - this.#receivedAt >= this.timings.answer;
  }

  /** Whether nothing has been received since a moment. */
  isSilentSince(moment: number): boolean {
    return this.#receivedAt <= moment;
  }

  /** Whether a heartbeat that asked for an answer got none in time, and `due` is about to ask again. */
  isOverdue(now: number): boolean {
    return now >= this.#answerBy;
  }

  /** The service keeps this device online for so many seconds without another heartbeat. */
  registered(expiresIn: number, now: number): void {
    this.#expiresIn = expiresIn * 1_000;
    this.#retryAfter = undefined;
    this.#answered(now);
  }

  /** A heartbeat was answered by an error; whatever the error, the connection is alive. */
  refused(error: DevConnectError | undefined, now: number): void {
    this.#retryAfter = retryAfter(error) || this.timings.answer;
    this.#answered(now);
  }

  /** Some frame that was sent may not have been processed, but the connection is alive. */
  outcomeUnknown(now: number): void {
    this.refused(undefined, now);
  }

  due(now: number): string[] {
    if (now < this.nextDue()) return [];
    const asks = this.#isQuiet || this.#retryAfter !== undefined || this.isOverdue(now);
    this.#isQuiet = true;
    if (asks) this.#answerBy = now + this.timings.answer;
    else this.#nextAt = now + this.#pause();
    return [frame(asks ? { action: "register" } : { action: "register", answer: false })];
  }

  nextDue(): number {
    return this.#answerBy === Infinity ? this.#nextAt : this.#answerBy;
  }

  #answered(now: number): void {
    this.#answerBy = Infinity;
    this.#nextAt = now + this.#pause();
  }

  #pause(): number {
    // The lower bound keeps heartbeats from becoming ever more frequent towards the session's end.
    return this.#retryAfter ?? Math.min(this.timings.heartbeat, Math.max(1_000, this.#expiresIn * 0.8));
  }
}
