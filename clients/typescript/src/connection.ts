import { now } from "./clock.js";
import type { Device } from "./device.js";
import type { ClientEvent } from "./events.js";
import { readFrame } from "./incoming.js";
import { type Socket, SocketLost } from "./socket.js";

/** The longest delay of a timer, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

/** One open websocket: it brings the device what is received, and sends what the device has to send. */
export class Connection {
  /** Rejects with the reason for which the connection ends. */
  readonly ended: Promise<never>;
  #fail: (error: unknown) => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly device: Device,
    private readonly deliver: (events: ClientEvent[]) => void,
  ) {
    const failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    this.ended = Promise.race([failed, socket.lost]);
    socket.onframe = (data) => this.#receive(data);
  }

  /** Sends what is due, and looks again when more is due: to be called whenever something has changed. */
  pump(): void {
    clearTimeout(this.#timer);
    const why = this.device.whyLost(now());
    if (why) {
      this.#fail(new SocketLost(why));
      return;
    }
    for (const frame of this.device.due(now())) this.socket.send(frame);
    const wait = Math.ceil(this.device.nextDue() - now());
    this.#timer = setTimeout(() => this.pump(), Math.min(Math.max(wait, 0), MAX_DELAY));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.pump = () => {};
    this.socket.close();
  }

  #receive(data: unknown): void {
    try {
      this.deliver(this.device.take(readFrame(data), now()));
      this.pump();
    } catch (error) {
      this.#fail(error);
    }
  }
}
