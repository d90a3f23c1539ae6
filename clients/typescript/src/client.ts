import { Backoff } from "./backoff.js";
import { now } from "./clock.js";
import { Connection } from "./connection.js";
import type { Upto } from "./conversations.js";
import { Device } from "./device.js";
import { ClientClosed, DevConnectError, isFinal, retryAfter, Unavailable } from "./errors.js";
import { EventQueue } from "./event-queue.js";
import type { ClientEvent, Message } from "./events.js";
import type { ChangeFrame } from "./frames.js";
import { ListPoll } from "./list-poll.js";
import type { MessageQueue } from "./message-queue.js";
import { aborted, pause } from "./pause.js";
import { Rest, type Session } from "./rest.js";
import { Sender } from "./sender.js";
import { Socket, SocketLost, type WebSocketClass } from "./socket.js";
import { DEFAULT_TIMINGS, type Timings } from "./timings.js";

export interface ClientOptions {
  /** The value of `upto` when this device last ran; without it, every message is delivered. */
  readonly known?: Upto;
  /** That of `changesUpto`; without it, every message that was changed is delivered again. */
  readonly knownChanges?: Upto;
  /** Keeps messages until they are acknowledged, so that they survive the end of the program. */
  readonly queue?: MessageQueue;
  /** Replaces the address that the service names, which a client behind a tunnel needs. */
  readonly websocketUrl?: string;
  /** By default the global WebSocket, which Node has from 22 on, and 20 with --experimental-websocket. */
  readonly webSocket?: WebSocketClass;
  readonly timings?: Partial<Timings>;
}

/**
 * One device of a user: it connects in the background, reconnects as needed, and ends with its session, or once it is
 * closed.
 *
 * Iterate over it to receive events: each message exactly once and in the order of its conversation's seqs, this user's
 * own messages included, and the other events of events.ts. Events are buffered until they are iterated over. Iteration
 * ends when the client is closed, and rejects with SessionEnded or Evicted when one of these ends it. The client recovers
 * from every other failure, and reports it as `disconnected`.
 */
export class Client implements AsyncIterable<ClientEvent> {
  readonly #device: Device;
  readonly #rest: Rest;
  readonly #sender: Sender;
  readonly #timings: Timings;
  readonly #webSocket: WebSocketClass;
  readonly #backoff: Backoff;
  readonly #poll: ListPoll;
  readonly #events = new EventQueue<ClientEvent>();
  readonly #closing = new AbortController();
  #waking = new AbortController();
  #connection: Connection | undefined;

  /** Starts to connect. Throws Refused if `known` cannot be an `upto` of this user. */
  constructor(
    baseUrl: string,
    session: Session,
    private readonly options: ClientOptions = {},
  ) {
    this.#timings = { ...DEFAULT_TIMINGS, ...options.timings };
    this.#webSocket = options.webSocket ?? globalThis.WebSocket;
    this.#device = new Device(session.userId, options.known ?? {}, this.#timings, options.knownChanges);
    this.#rest = new Rest(baseUrl, session);
    this.#backoff = new Backoff(this.#timings);
    const changed = (): void => this.#connection?.pump();
    const deliver = (events: ClientEvent[]): void => this.#events.push(...events);
    this.#poll = new ListPoll(this.#rest, this.#device, this.#timings, changed);
    this.#sender = new Sender(this.#device.outbox, options.queue, this.#timings, deliver, changed);
    if (options.queue) this.#sender.resume();
    void this.#run();
  }

  /**
   * {userId: the seq up to which the conversation with that user was iterated over}: `known` of the next run. Store it
   * after processing a message, and no message is lost: one that was received but not yet iterated over is delivered
   * again. It changes only through iteration.
   */
  get upto(): Upto {
    return this.#device.upto;
  }

  /** {userId: the number up to which `changed` events were iterated over}: `knownChanges` of the next run. */
  get changesUpto(): Upto {
    return this.#device.changesUpto;
  }

  /**
   * Send a message, which may answer the one whose seq is `replyTo`; resolves to it with its seq once the service has
   * stored it.
   *
   * Messages to one user keep the order in which they were sent, and wait through every outage. Rejects with Refused
   * (`code` says why); Fault if the service fails at the message again and again, which may or may not be stored then; or
   * the error that the client ended with: SessionEnded, Evicted, ClientClosed.
   */
  send(toUserId: string, text: string, replyTo?: number): Promise<Message> {
    return this.#sender.send(toUserId, text, replyTo);
  }

  /**
   * Change a message that was delivered: give the user's own another text, delete it, or react to any (null takes the
   * reaction back). Each resolves to the message in its new state. Rejects as `send` does.
   */
  edit(userId: string, seq: number, message: string): Promise<Message> {
    return this.#change({ action: "message:edit", userId, seq, message });
  }

  delete(userId: string, seq: number): Promise<Message> {
    return this.#change({ action: "message:delete", userId, seq });
  }

  react(userId: string, seq: number, reaction: string | null): Promise<Message> {
    return this.#change({ action: "message:react", userId, seq, reaction });
  }

  /** Tell a user that this user is typing; does nothing while there is no websocket. Throws Refused. */
  typing(toUserId: string): void {
    this.#device.typing(toUserId);
    this.#connection?.pump();
  }

  /** Mark the conversation with a user as read up to `seq`, of a message that was already iterated over. */
  markRead(userId: string, seq: number): void {
    this.#device.markRead(userId, seq);
    this.#connection?.pump();
  }

  /**
   * Receive `presence` events of these users: one now, and one at each change. At most 100 users. Throws Refused, and
   * watches none of them, if there are too many or one of them is not a userId.
   */
  watch(userIds: readonly string[]): void {
    this.#device.watchlist.add(userIds);
    this.#connection?.pump();
  }

  /** Watch these users no more. */
  unwatch(userIds: readonly string[]): void {
    this.#device.watchlist.remove(userIds);
    this.#connection?.pump();
  }

  /** Find out at once whether the network works: connect without further delay, or ask for a sign of life. */
  wake(): void {
    this.#device.heartbeat.ask();
    this.#connection?.pump();
    this.#waking.abort();
  }

  /** End it: nothing is sent any more, and iteration ends. What the queue keeps is sent by the next run. */
  close(): void {
    this.#closing.abort();
    this.#end(new ClientClosed("The client was closed."));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ClientEvent, void, undefined> {
    for (;;) {
      const { value, done } = await this.#events.next();
      if (done) return;
      this.#device.delivered(value);
      yield value;
    }
  }

  #change(wanted: ChangeFrame): Promise<Message> {
    const changed = this.#device.changes.ask(wanted);
    this.#connection?.pump();
    return changed;
  }

  async #run(): Promise<void> {
    try {
      while (!this.#closing.signal.aborted) await this.#connectOnce();
    } catch (error) {
      // A fault of this client ends it too: nobody must wait for ever because of it.
      this.#end(error instanceof DevConnectError ? error : new ClientClosed(`The client failed: ${error}`));
    }
  }

  #end(error: DevConnectError): void {
    if (this.#closing.signal.aborted) this.#events.end();
    else this.#events.end(error);
    this.#device.outbox.end(error);
    this.#device.changes.end(error);
  }

  /** Holds one connection for as long as it lasts, then waits until the next attempt is due. Rejects with what ends all. */
  async #connectOnce(): Promise<void> {
    const over = this.#closing.signal;
    let openedAt = Infinity;
    try {
      const socket = await this.#open(over);
      openedAt = now();
      await this.#hold(socket, over);
    } catch (error) {
      if (isFinal(error)) throw error;
      if (over.aborted) return;
      if (!(error instanceof DevConnectError)) throw error;
      const [least, delay] = [retryAfter(error), this.#backoff.delay(now() - openedAt)];
      this.#events.push({ type: "disconnected", reason: error.message, retryIn: least + delay });
      this.#waking = new AbortController();
      await pause(least, over); // which the service asks for: it does not end early
      await pause(delay, over, this.#waking.signal);
    }
  }

  /** Opens a websocket with a new ticket. */
  async #open(over: AbortSignal): Promise<Socket> {
    const ticket = await this.#rest.call("post", "/api/websocket-ticket", { body: {} }, over);
    if (typeof ticket?.url !== "string") throw new Unavailable("The service gave no ticket.");
    const socket = new Socket(ticket.url, this.#webSocket, this.options.websocketUrl);
    const opened = new AbortController();
    try {
      await Promise.race([socket.opened, socket.lost, late(this.#timings.answer, over, opened.signal)]);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    } finally {
      opened.abort();
    }
  }

  async #hold(socket: Socket, over: AbortSignal): Promise<void> {
    const lost = new AbortController();
    const connection = new Connection(socket, this.#device, (events) => this.#events.push(...events));
    this.#connection = connection;
    try {
      this.#events.push({ type: "connected" });
      this.#device.reconnected(now());
      connection.pump();
      await Promise.race([connection.ended, this.#poll.run(lost.signal), aborted(over)]);
    } finally {
      this.#connection = undefined;
      lost.abort();
      connection.close();
    }
  }
}

/** Rejects after so many milliseconds, or once a signal is aborted. */
async function late(patience: number, ...signals: AbortSignal[]): Promise<never> {
  await pause(patience, ...signals);
  throw new SocketLost("it cannot be opened");
}
