import { badField, type DevConnectError } from "./errors.js";
import { frame } from "./frames.js";
import { checkUserIds } from "./ids.js";
import { RequestQueue } from "./request-queue.js";
import type { FrameSource } from "./source.js";
import type { Timings } from "./timings.js";

/** How many users one device may watch. */
const MAX_WATCHED = 100;

/** The users whose presence is watched: a subscription ends with its websocket, and is renewed on the next one. */
export class Watchlist implements FrameSource {
  readonly #watched = new Set<string>();
  readonly #requests: RequestQueue;
  #dropped = new Set<string>();

  constructor(timings: Timings) {
    this.#requests = new RequestQueue(MAX_WATCHED, timings);
  }

  /** Throws Refused, and watches none of them, if one of them is not a userId, or if there would be too many. */
  add(userIds: readonly string[]): void {
    checkUserIds("userIds", userIds);
    const added = [...new Set(userIds)].filter((userId) => !this.#watched.has(userId));
    if (this.#watched.size + added.length > MAX_WATCHED) {
      throw badField("userIds", `one device cannot watch more than ${MAX_WATCHED} users`);
    }
    for (const userId of added) {
      this.#watched.add(userId);
      this.#dropped.delete(userId);
      this.#requests.add(userId);
    }
  }

  /** Watch these users no more; those who are not watched are passed over. */
  remove(userIds: readonly string[]): void {
    for (const userId of userIds) {
      if (!this.#watched.delete(userId)) continue;
      this.#requests.remove(userId);
      this.#dropped.add(userId);
    }
  }

  reconnected(): void {
    this.#dropped.clear();
    this.#requests.reconnected(this.#watched);
  }

  confirmed(userId: string): void {
    this.#requests.answered(userId);
  }

  /** The subscription was answered by an error. Returns the users who are no longer watched. */
  refused(error: DevConnectError, now: number): string[] {
    const givenUp = this.#requests.refused(error, now);
    for (const userId of givenUp) this.#watched.delete(userId);
    return givenUp;
  }

  outcomeUnknown(now: number): void {
    this.#requests.outcomeUnknown(now);
  }

  due(now: number): string[] {
    const frames: string[] = [];
    if (this.#dropped.size) frames.push(frame({ action: "presence:unsubscribe", userIds: [...this.#dropped] }));
    this.#dropped.clear();
    const userIds = this.#requests.due(now);
    if (userIds.length) frames.push(frame({ action: "presence:subscribe", userIds }));
    return frames;
  }

  nextDue(): number {
    return this.#dropped.size ? 0 : this.#requests.nextDue();
  }
}
