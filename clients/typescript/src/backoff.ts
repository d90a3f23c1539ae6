import type { Timings } from "./timings.js";

/** Exponential backoff with full jitter, so that many clients do not come back at once: one series of failures. */
export class Backoff {
  #ceiling: number;

  constructor(private readonly timings: Timings) {
    this.#ceiling = timings.firstDelay;
  }

  /** Returns the milliseconds to wait after another failure, which came after `lasted` milliseconds of success. */
  delay(lasted = 0): number {
    if (lasted >= this.timings.stable) this.#ceiling = this.timings.firstDelay;
    const delay = Math.random() * this.#ceiling;
    this.#ceiling = Math.min(this.#ceiling * 2, this.timings.longestDelay);
    return delay;
  }
}
