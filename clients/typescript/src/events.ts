/** The events that the client delivers. Times are ISO 8601 strings, as the service sends them. */

/**
 * A message; its `seq` counts from 1 in each conversation, without gaps. `text` is empty if the service lost it, or if
 * it is `deleted`. `clientMessageId` is there if this device has sent the message and is told so now. `replyTo` is the seq
 * of the message that it answers, `change` the number of its latest change, and `reactions` is {userId: emoji}.
 */
export interface Message {
  readonly type: "message";
  readonly messageId: string;
  readonly seq: number;
  readonly fromUserId: string;
  readonly toUserId: string;
  readonly text: string;
  readonly ts: string;
  readonly clientMessageId?: string;
  readonly replyTo?: number;
  readonly change?: number;
  readonly editedAt?: string;
  readonly deleted?: boolean;
  readonly reactions?: Readonly<Record<string, string>>;
}

/**
 * A message that was delivered before is in a new state: it was edited, deleted, or reacted to. Once this is processed,
 * the device has all changes up to the number `upto` of the messages that it has.
 */
export interface Changed {
  readonly type: "changed";
  readonly message: Message;
  readonly upto: number;
}

/** `readerId` has read the conversation with `withUserId`, who is the other user in any case, up to `seq`. */
export interface Read {
  readonly type: "read";
  readonly readerId: string;
  readonly withUserId: string;
  readonly seq: number;
}

/** A user is typing a message to this user. */
export interface UserTyping {
  readonly type: "typing";
  readonly userId: string;
}

/** Whether a user is online; `lastSeenAt` is null if the user was last seen long ago. */
export interface Presence {
  readonly type: "presence";
  readonly userId: string;
  readonly online: boolean;
  readonly lastSeenAt: string | null;
}

/** A notification; `kind` is for example CONNECTION_REQUEST_NOTIFICATION. */
export interface Notification {
  readonly type: "notification";
  readonly notificationId: string;
  readonly kind: string;
  readonly fromUserId: string;
  readonly text: string;
  readonly createdAt: string;
}

/**
 * What a stranger has written was accepted or ignored, on one of this user's devices; its messages follow once accepted.
 * A request that comes is told by a Notification, MESSAGE_REQUEST_NOTIFICATION.
 */
export interface RequestAnswered {
  readonly type: "request-answered";
  readonly userId: string;
  readonly status: "accepted" | "ignored";
}

/** A conversation's messages are all there, as far as the service told: it may be shown as up to date. */
export interface UpToDate {
  readonly type: "up-to-date";
  readonly userId: string;
}

/** The websocket is open; missed messages follow. */
export interface Connected {
  readonly type: "connected";
}

/** There is no websocket; the next attempt follows in `retryIn` milliseconds. */
export interface Disconnected {
  readonly type: "disconnected";
  readonly reason: string;
  readonly retryIn: number;
}

/** A message that an earlier run of this device has left unsent is sent now. Its outcome is a Message, or Unsent. */
export interface Resumed {
  readonly type: "resumed";
  readonly clientMessageId: string;
  readonly toUserId: string;
  readonly text: string;
  readonly replyTo?: number;
}

/** A resumed message is refused, and given up. */
export interface Unsent {
  readonly type: "unsent";
  readonly clientMessageId: string;
  readonly toUserId: string;
  readonly reason: string;
}

/**
 * An action that no caller waits for is refused, and given up. `action` is its name in the protocol: after `sync`, the
 * missed messages of these users do not arrive; after `presence:subscribe`, these users are no longer watched. It is
 * `queue` if the offline queue cannot be read or written. `userIds` is empty if no user is named.
 */
export interface ActionFailed {
  readonly type: "failed";
  readonly action: string;
  readonly userIds: readonly string[];
  readonly reason: string;
}

export type ClientEvent =
  | Message
  | Changed
  | Read
  | UserTyping
  | Presence
  | Notification
  | RequestAnswered
  | UpToDate
  | Connected
  | Disconnected
  | Resumed
  | Unsent
  | ActionFailed;

/** Returns the other user of a message's conversation. */
export function otherUser(message: Message, ownId: string): string {
  return message.fromUserId === ownId ? message.toUserId : message.fromUserId;
}
