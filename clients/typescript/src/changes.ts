import type { Message } from "./events.js";

/**
 * Follows the changes of the messages of one conversation, which are numbered 1, 2, 3 and so on: it tells new states of
 * messages from those that are known, in whatever order they arrive.
 */
export class Changes {
  /** The number up to which no change is missing. */
  upto: number;
  /** Whether the service has told of changes: one that does not know them would refuse to be asked for them. */
  areTold = false;
  #newest: number;
  #early = new Set<number>();
  readonly #known = new Map<number, number>();

  constructor(upto = 0) {
    this.upto = this.#newest = upto;
  }

  /** Whether a change is known to have been made, and is still missing. */
  get hasGap(): boolean {
    return this.#newest > this.upto;
  }

  /** The service says that there is a change of this number; 0 where there is none. */
  exists(number: number): void {
    this.areTold = true;
    this.#newest = Math.max(this.#newest, number);
  }

  /** Notes the state of a message that is about to be delivered. Returns false where a later one was. */
  isNew({ seq, change = 0 }: Message): boolean {
    if (change <= (this.#known.get(seq) ?? 0)) return false;
    this.#known.set(seq, change);
    return true;
  }

  /** The change of this number was pushed. Those before it may still be missing. */
  pushed(number: number): void {
    this.exists(number);
    if (number > this.upto) this.#early.add(number);
    while (this.#early.delete(this.upto + 1)) this.upto += 1;
  }

  /** A sync has brought all changes up to this number, which may be smaller than what was believed to be there. */
  synced(lastChange: number): void {
    this.areTold = true;
    this.upto = lastChange;
    this.#early = new Set([...this.#early].filter((number) => number > lastChange));
    this.#newest = Math.max(lastChange, ...this.#early);
    while (this.#early.delete(this.upto + 1)) this.upto += 1;
  }
}
