import { Backoff } from "./backoff.js";
import { now } from "./clock.js";
import type { Device } from "./device.js";
import { retryAfter, SessionEnded } from "./errors.js";
import { pause } from "./pause.js";
import type { Rest } from "./rest.js";
import type { Timings } from "./timings.js";

const PAGE = 100;

/** Reads the list of conversations now and then: for new conversations, and for messages whose push was lost. */
export class ListPoll {
  #isListed = false;

  constructor(
    private readonly rest: Rest,
    private readonly device: Device,
    private readonly timings: Timings,
    private readonly changed: () => void,
  ) {}

  /** Goes on until the signal is aborted. Rejects with SessionEnded. */
  async run(signal: AbortSignal): Promise<void> {
    let backoff = new Backoff(this.timings);
    while (!signal.aborted) {
      let wait = this.timings.polling;
      try {
        await this.#read(signal);
        backoff = new Backoff(this.timings);
      } catch (error) {
        if (error instanceof SessionEnded) throw error;
        wait = retryAfter(error) + backoff.delay();
      }
      await pause(wait, signal);
    }
  }

  /** Reads the whole list the first time; later only up to a page without news, as the list is newest first. */
  async #read(signal: AbortSignal): Promise<void> {
    let before: string | undefined;
    for (let more = true; more && !signal.aborted; ) {
      const query = { limit: PAGE, ...(before ? { before } : {}) };
      const { conversations, hasMore } = await this.rest.call("get", "/api/conversations", { query }, signal);
      const isNews = this.device.takeList(conversations, now());
      this.changed();
      more = hasMore && (isNews || !this.#isListed);
      before = conversations.at(-1)?.userId;
    }
    this.#isListed = true;
  }
}
