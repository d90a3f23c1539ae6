import type { QueuedMessage } from "./drafts.js";

/**
 * An offline queue: it keeps messages until they are acknowledged or refused, so that one that was typed without a
 * network survives the end of the program. It belongs to one user. If a call rejects, the message is sent all the same.
 */
export interface MessageQueue {
  /** Resolves to the messages that are kept, in the order of their clientMessageIds. */
  load(): Promise<readonly QueuedMessage[]>;
  /** Resolves once the message would survive. */
  add(message: QueuedMessage): Promise<void>;
  /** Forgets a message, if it is kept. */
  remove(clientMessageId: string): Promise<void>;
}
