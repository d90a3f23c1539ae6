/** A client of DevConnect: `Rest` signs in, `Client` is one connected device. */

export { Client, type ClientOptions } from "./client.js";
export type { Upto } from "./conversations.js";
export type { QueuedMessage } from "./drafts.js";
export {
  ClientClosed,
  DevConnectError,
  Evicted,
  Fault,
  Flooding,
  RateLimited,
  Refused,
  SessionEnded,
  Unavailable,
} from "./errors.js";
export type * from "./events.js";
export type { components as FrameTypes } from "./generated/frames.js";
export type { components as RestTypes } from "./generated/rest.js";
export { IndexedDbQueue } from "./indexed-db-queue.js";
export type { MessageQueue } from "./message-queue.js";
export { Rest, type Session } from "./rest.js";
export type { WebSocketClass, WebSocketLike } from "./socket.js";
export { DEFAULT_TIMINGS, type Timings } from "./timings.js";
export { wakeWithPage } from "./wake.js";
