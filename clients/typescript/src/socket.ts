import { DevConnectError } from "./errors.js";

/** The websocket closed, or does not work any more; the message says how. */
export class SocketLost extends DevConnectError {}

/** The part of the browser's WebSocket that this client needs; the class of the npm package `ws` has it too. */
export interface WebSocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

export type WebSocketClass = new (url: string) => WebSocketLike;

/** An open websocket, or one that is being opened. */
export class Socket {
  /** Called with the text of each frame that is received. */
  onframe: (data: unknown) => void = () => {};
  /** Rejects with SocketLost once it is closed, or could not be opened. */
  readonly lost: Promise<never>;
  readonly opened: Promise<void>;
  readonly #socket: WebSocketLike;

  /** `through` replaces all of the address but its query. Throws SocketLost where `url` is no address. */
  constructor(url: string, webSocket: WebSocketClass, through?: string) {
    const socket = opening(url, webSocket, through);
    this.#socket = socket;
    this.opened = new Promise((resolve) => {
      socket.onopen = () => resolve();
    });
    this.lost = new Promise((_, reject) => {
      socket.onclose = ({ code, reason }: { code: number; reason: string }) =>
        reject(new SocketLost(`it was closed with ${code}${reason && `: ${reason}`}`));
    });
    this.lost.catch(() => {}); // whoever has left the socket does not wait for its end
    socket.onmessage = ({ data }: { data: unknown }) => this.onframe(data);
    socket.onerror = () => {}; // the close that follows says all that a page may know
  }

  send(frame: string): void {
    this.#socket.send(frame);
  }

  /** Leave it: it is closed, and nothing that it still receives is looked at. */
  close(): void {
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

function opening(url: string, webSocket: WebSocketClass, through?: string): WebSocketLike {
  try {
    return new webSocket(through ? through + new URL(url).search : url);
  } catch (error) {
    throw new SocketLost(`it cannot be opened: ${error}`);
  }
}
