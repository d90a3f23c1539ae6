import { Draft, type Outcome, type QueuedMessage } from "./drafts.js";
import { type DevConnectError, Fault, Refused } from "./errors.js";
import type { ClientEvent, Message } from "./events.js";
import { newClientMessageId } from "./ids.js";
import type { MessageQueue } from "./message-queue.js";
import type { Outbox } from "./outbox.js";
import type { Timings } from "./timings.js";

/** Takes messages to the outbox, by way of the offline queue if there is one. */
export class Sender {
  /** Ends once all that was sent so far is in the queue: messages enter the outbox in the order of the calls. */
  #queued: Promise<void> | undefined;

  constructor(
    private readonly outbox: Outbox,
    private readonly queue: MessageQueue | undefined,
    private readonly timings: Timings,
    private readonly deliver: (events: ClientEvent[]) => void,
    private readonly changed: () => void,
  ) {}

  /** Sends first what an earlier run of this device has left. */
  resume(): void {
    this.#afterwards(async () => {
      for (const left of (await this.queue?.load()) ?? []) {
        this.deliver([{ type: "resumed", ...left }]);
        const outcome = { resolve: () => {}, reject: (error: DevConnectError) => this.#unsent(left, error) };
        this.outbox.put(new Draft(left, this.#kept(left, outcome), this.timings));
      }
    });
  }

  /** Resolves once the service has stored the message. Rejects with what `Client.send` names. */
  send(toUserId: string, text: string, replyTo?: number): Promise<Message> {
    return new Promise((resolve, reject) => {
      const message = { clientMessageId: newClientMessageId(), toUserId, text, ...(replyTo ? { replyTo } : {}) };
      const draft = new Draft(message, this.#kept(message, { resolve, reject }), this.timings);
      const put = (): void => this.outbox.put(draft);
      if (!this.queue) {
        put();
        return this.changed();
      }
      this.#afterwards(async () => this.queue?.add(message), put);
    });
  }

  /** Does a task after the earlier ones; whether or not it fails, `then` follows. */
  #afterwards(task: () => Promise<void>, then: () => void = () => {}): void {
    const report = (error: unknown): void =>
      this.deliver([{ type: "failed", action: "queue", userIds: [], reason: String(error) }]);
    this.#queued = (this.#queued ?? Promise.resolve()).then(task).catch(report).then(then).then(this.changed);
  }

  /** The outcome that also takes a message out of the queue, unless the client has ended before it is known. */
  #kept({ clientMessageId }: QueuedMessage, { resolve, reject }: Outcome): Outcome {
    const forget = (): void => this.#afterwards(async () => this.queue?.remove(clientMessageId));
    return {
      resolve: (message) => {
        if (this.queue) forget();
        resolve(message);
      },
      reject: (error) => {
        if (this.queue && (error instanceof Refused || error instanceof Fault)) forget();
        reject(error);
      },
    };
  }

  #unsent({ clientMessageId, toUserId }: QueuedMessage, { message: reason }: DevConnectError): void {
    this.deliver([{ type: "unsent", clientMessageId, toUserId, reason }]);
  }
}
