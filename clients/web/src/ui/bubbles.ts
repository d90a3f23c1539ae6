import type { Message } from "@devconnect/client";

export const MAX_CHARACTERS = 5_000;

/** The service takes another text for a message for so long after it was sent, in milliseconds. */
export const EDIT_FOR = 15 * 60_000;

export function isEditable({ ts }: Message, now: number): boolean {
  return now - Date.parse(ts) < EDIT_FOR;
}

/** The id of a message's element, to which a quote of it leads. */
export function bubbleId(seq: number): string {
  return `message-${seq}`;
}

/** What stands for a message where it is answered. */
export function excerpt({ deleted, text }: Message): string {
  return deleted ? "deleted message" : text;
}
