import { Backoff } from "./backoff.js";
import { type DevConnectError, type ErrorBody, errorOf, Fault, isTemporary, retryAfter } from "./errors.js";
import type { Message } from "./events.js";
import { type ChangeFrame, frame } from "./frames.js";
import type { FrameSource } from "./source.js";
import type { Timings } from "./timings.js";

interface Request {
  readonly wanted: ChangeFrame;
  readonly resolve: (message: Message) => void;
  readonly reject: (error: DevConnectError) => void;
  readonly backoff: Backoff;
  dueAt: number;
  faults: number;
}

/**
 * Edits, deletions and reactions: each is sent until the message is as it was asked for, or until it is refused. A repeat
 * changes nothing. Those of one message are made one after the other, in the order in which they were asked for.
 */
export class ChangeRequests implements FrameSource {
  readonly #queues = new Map<string, Request[]>();
  #ended: DevConnectError | undefined;

  constructor(
    private readonly ownId: string,
    private readonly timings: Timings,
  ) {}

  /** Resolves to the message in its new state. */
  ask(wanted: ChangeFrame): Promise<Message> {
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(this.#ended);
        return;
      }
      const queue = this.#queues.get(key(wanted)) ?? [];
      queue.push({ wanted, resolve, reject, backoff: new Backoff(this.timings), dueAt: 0, faults: 0 });
      this.#queues.set(key(wanted), queue);
    });
  }

  /** A message of the conversation with `userId` is in this state now. */
  changed(userId: string, message: Message): void {
    const [first] = this.#queues.get(key({ userId, seq: message.seq })) ?? [];
    if (first && this.#isDone(first.wanted, message)) this.#remove(first).resolve(message);
  }

  /** A request was answered by an error. */
  refused(body: ErrorBody & { readonly userId?: unknown; readonly seq?: unknown }, now: number): void {
    const [first] = this.#queues.get(`${body.userId}:${body.seq}`) ?? [];
    if (!first) return;
    const error = errorOf(body);
    if (error instanceof Fault) first.faults += 1;
    if (isTemporary(error, first.faults)) first.dueAt = now + retryAfter(error) + first.backoff.delay();
    else this.#remove(first).reject(error);
  }

  reconnected(): void {
    for (const first of this.#firsts()) first.dueAt = 0;
  }

  outcomeUnknown(now: number): void {
    for (const first of this.#firsts()) first.dueAt = Math.min(first.dueAt, now + first.backoff.delay());
  }

  due(now: number): string[] {
    const due = this.#firsts().filter(({ dueAt }) => dueAt <= now);
    for (const first of due) first.dueAt = now + this.timings.answer;
    return due.map(({ wanted }) => frame(wanted));
  }

  nextDue(): number {
    return Math.min(...this.#firsts().map(({ dueAt }) => dueAt));
  }

  end(error: DevConnectError): void {
    this.#ended = error;
    const requests = [...this.#queues.values()].flat();
    this.#queues.clear();
    for (const { reject } of requests) reject(error);
  }

  #isDone(wanted: ChangeFrame, message: Message): boolean {
    switch (wanted.action) {
      case "message:edit":
        return message.text === wanted.message;
      case "message:delete":
        return message.deleted === true;
      case "message:react":
        return (message.reactions?.[this.ownId] ?? null) === wanted.reaction;
    }
  }

  #firsts(): Request[] {
    return [...this.#queues.values()].flatMap((queue) => queue.slice(0, 1));
  }

  #remove(request: Request): Request {
    const name = key(request.wanted);
    const rest = (this.#queues.get(name) ?? []).filter((each) => each !== request);
    if (rest.length) this.#queues.set(name, rest);
    else this.#queues.delete(name);
    return request;
  }
}

function key({ userId, seq }: { readonly userId: string; readonly seq: number }): string {
  return `${userId}:${seq}`;
}
