/** The frames that the client sends, as JSON text. */

import { badField } from "./errors.js";
import type { components } from "./generated/frames.js";

type Schemas = components["schemas"];

/** A change of a message: null takes a reaction back. */
export type ChangeFrame = Schemas["MessageEditFrame"] | Schemas["MessageDeleteFrame"] | Schemas["MessageReactFrame"];

type Frame =
  | ChangeFrame
  | Schemas["RegisterFrame"]
  | Schemas["PrivateMessageFrame"]
  | Schemas["PrivateMessagesFrame"]
  | Schemas["SyncFrame"]
  | Schemas["MessageReadFrame"]
  | Schemas["TypingFrame"]
  | Schemas["PresenceSubscribeFrame"]
  | Schemas["PresenceUnsubscribeFrame"];

/** API Gateway closes the websocket (1009) of a client that sends a longer frame, in bytes. */
export const MAX_BYTES = 32 * 1024;

/** How many messages a frame may have. */
export const MAX_MESSAGES = 50;

/** Returns a frame's text. The fields of each action are those of the AsyncAPI document. */
export function frame(content: Frame): string {
  return JSON.stringify(content);
}

/** Returns the length of a text in UTF-8, in bytes. */
export function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Throws Refused for a message that cannot be sent at all, as the service would never see it. */
export function privateMessage(toUserId: string, message: string, clientMessageId: string, replyTo?: number): string {
  if (/\p{Surrogate}/u.test(message)) throw badField("message", "it has half a character");
  const text = frame({
    action: "private-message",
    toUserId,
    message,
    clientMessageId,
    ...(replyTo ? { replyTo } : {}),
  });
  if (bytes(text) > MAX_BYTES) throw badField("message", `it is longer than ${MAX_BYTES} bytes`);
  return text;
}
