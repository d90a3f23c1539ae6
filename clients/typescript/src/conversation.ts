import type { Message } from "./events.js";

/** Takes the messages of one conversation in any order, duplicates included; returns each exactly once and in order. */
export class Conversation {
  readonly #early = new Map<number, Message>();
  #newest: number;
  /** The seq up to which no message is missing: all messages up to it were returned. */
  upto: number;

  constructor(upto = 0) {
    this.upto = this.#newest = upto;
  }

  /** Whether a message is known to exist but is still missing. */
  get hasGap(): boolean {
    return this.#newest > this.upto;
  }

  /** The service says that a message with this seq exists. */
  exists(seq: number): void {
    this.#newest = Math.max(this.#newest, seq);
  }

  /** Returns the messages that are next in order, including those that had arrived too early. */
  take(messages: Iterable<Message>): Message[] {
    for (const message of messages) {
      if (message.seq > this.upto) {
        this.#early.set(message.seq, message);
        this.exists(message.seq);
      }
    }
    const inOrder: Message[] = [];
    for (let next = this.#next(); next; next = this.#next()) {
      inOrder.push(next);
      this.upto += 1;
      this.#early.delete(this.upto);
    }
    return inOrder;
  }

  #next(): Message | undefined {
    return this.#early.get(this.upto + 1);
  }
}
