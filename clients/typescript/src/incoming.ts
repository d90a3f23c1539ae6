/** The frames that the client receives: JSON text from the network, read into the types of the AsyncAPI document. */

import type { MessageFrame, SyncEvent } from "./conversations.js";
import type { components } from "./generated/frames.js";
import { amount, isObject, list, object, optional, type Shape, seq, text, truth } from "./shapes.js";

type Schemas = components["schemas"];

/** API Gateway's own error, `{"message": "Internal server error", ...}`: a function died or took too long. */
interface GatewayFailure {
  readonly event: "";
}

/** The user has opened one socket too many, and this one is closed. */
interface SocketEvicted {
  readonly event: "socket:evicted";
}

/** A message in its present state, which answers a change of it, and tells of others' changes. */
type MessageChanged = { readonly event: "message:changed" } & MessageFrame;

export type Incoming =
  | MessageChanged
  | ({ readonly event: "sync" } & SyncEvent)
  | Schemas["AckEvent"]
  | Schemas["AcksEvent"]
  | Schemas["ErrorEvent"]
  | Schemas["MessageReadEvent"]
  | Schemas["MessageRequestEvent"]
  | Schemas["NotificationEvent"]
  | Schemas["PresenceEvent"]
  | Schemas["PresenceStateEvent"]
  | Schemas["PrivateMessageEvent"]
  | Schemas["PrivateMessagesEvent"]
  | Schemas["RegisteredEvent"]
  | Schemas["SessionEndedEvent"]
  | Schemas["TypingEvent"]
  | SocketEvicted
  | GatewayFailure;

const ack = { clientMessageId: text, messageId: text, seq, ts: text };
const message = {
  messageId: text,
  seq,
  fromUserId: text,
  toUserId: text,
  message: text,
  ts: text,
  replyTo: optional(seq),
  change: optional(seq),
  editedAt: optional(text),
  deleted: optional(truth),
  reactions: optional(isObject),
};
const state = { userId: text, online: truth, lastSeenAt: optional(text) };

const SHAPES: Readonly<Record<Incoming["event"], Shape>> = {
  "": {},
  ack,
  acks: { acks: list(ack), errors: list({}) },
  "conversation:request": { userId: text, status: text },
  error: {},
  "message:read": { conversationId: text, userId: text, seq },
  "message:changed": message,
  notification: { notificationId: text, type: text, fromUserId: text, text, createdAt: text },
  presence: state,
  "presence:state": state,
  "private-message": message,
  "private-messages": { messages: list(message) },
  registered: { expiresIn: amount },
  "session:ended": {},
  "socket:evicted": {},
  sync: {
    userId: text,
    messages: list(message),
    complete: truth,
    changed: optional(list(message)),
    lastChange: optional(amount),
  },
  typing: { userId: text },
};

/**
 * Returns the frame that was received; undefined for one that this client does not know, or cannot read: text that is no
 * JSON, or a field that is missing or of another type. Such a frame is passed over, and the client goes on.
 */
export function readFrame(data: unknown): Incoming | undefined {
  let frame: unknown;
  try {
    frame = JSON.parse(String(data));
  } catch {
    return undefined;
  }
  if (!isObject(frame)) return undefined;
  const event = "event" in frame ? frame["event"] : "";
  if (typeof event !== "string" || !Object.hasOwn(SHAPES, event)) return undefined;
  const shape = SHAPES[event as Incoming["event"]];
  return object(shape)(frame) ? ({ ...frame, event } as Incoming) : undefined;
}
