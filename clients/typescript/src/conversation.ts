import { Changes } from "./changes.js";
import type { Changed, Message } from "./events.js";

/** Takes the messages of one conversation in any order, duplicates included; returns each exactly once and in order. */
export class Conversation {
  readonly #early = new Map<number, Message>();
  #newest: number;
  /** The seq up to which no message is missing: all messages up to it were returned. */
  upto: number;
  readonly changes: Changes;

  constructor(upto = 0, uptoChange = 0) {
    this.upto = this.#newest = upto;
    this.changes = new Changes(uptoChange);
  }

  /** Whether a message, or a change of one, is known to exist but is still missing. */
  get hasGap(): boolean {
    return this.#newest > this.upto || this.changes.hasGap;
  }

  /** The service says that a message with this seq exists. */
  exists(seq: number): void {
    this.#newest = Math.max(this.#newest, seq);
  }

  /** The service has deleted what came before this seq, for its age, and what this device still missed of it. */
  skipTo(seq: number): void {
    this.upto = Math.max(this.upto, seq - 1);
    for (const early of [...this.#early.keys()]) if (early <= this.upto) this.#early.delete(early);
  }

  /** Returns the messages that are next in order, including those that had arrived too early. */
  take(messages: Iterable<Message>): Message[] {
    for (const message of messages) {
      if (message.seq > this.upto) {
        const early = this.#early.get(message.seq);
        if (!early || (early.change ?? 0) <= (message.change ?? 0)) this.#early.set(message.seq, message);
        this.exists(message.seq);
      }
    }
    const inOrder: Message[] = [];
    for (let next = this.#next(); next; next = this.#next()) {
      inOrder.push(next);
      this.changes.isNew(next);
      this.upto += 1;
      this.#early.delete(this.upto);
    }
    return inOrder;
  }

  /** A message is in a new state. Returns it where it was delivered before, and the state is the latest. */
  takeChange(message: Message): Changed[] {
    this.changes.pushed(message.change ?? 0);
    return this.#changed([message]);
  }

  /** Returns the new states among those that a sync has brought, which is complete up to `lastChange`. */
  takeChanges(messages: readonly Message[], lastChange: number): Changed[] {
    const changed = this.#changed(messages);
    this.changes.synced(lastChange);
    return changed.map((event) => ({ ...event, upto: this.changes.upto }));
  }

  #changed(messages: readonly Message[]): Changed[] {
    const known = messages.filter((message) => message.seq <= this.upto && this.changes.isNew(message));
    for (const message of messages) if (this.#early.has(message.seq)) this.take([message]);
    return known.map((message) => ({ type: "changed", message, upto: this.changes.upto }));
  }

  #next(): Message | undefined {
    return this.#early.get(this.upto + 1);
  }
}
