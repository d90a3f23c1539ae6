import type { ClientEvent, Message } from "@devconnect/client";
import { isRequest, withoutRequest, withRequestGone } from "./requests";
import { conversationOf, type State, withConversation } from "./state";

/** How long "is typing" is shown, in milliseconds. */
const TYPING = 5_000;

/** How many messages are kept of a conversation that is not open; older ones are fetched when it is looked at. */
const KEPT = 100;

/** Returns the state after an event of the client. */
export function applied(state: State, event: ClientEvent, now: number): State {
  switch (event.type) {
    case "connected":
      return notUpToDate({ ...state, network: { kind: "open" } });
    case "disconnected":
      return { ...state, network: { kind: "lost", until: now + event.retryIn } };
    case "up-to-date":
      return withConversation(state, event.userId, { isUpToDate: true });
    case "message":
      return withMessage(state, event);
    case "changed":
      return withChange(state, event.message);
    case "read":
      return read(state, event.readerId, event.withUserId, event.seq);
    case "presence":
      return { ...state, online: { ...state.online, [event.userId]: event.online } };
    case "typing":
      return { ...state, typing: { ...state.typing, [event.userId]: now + TYPING } };
    case "notification": {
      const notices = [{ ...event, isRead: false }, ...state.notices];
      return { ...state, notices };
    }
    case "request-answered":
      if (event.status === "ignored") return withRequestGone(state, event.userId);
      // It is told twice to the device that accepts: the second time, its messages may have been fetched already.
      if (!isRequest(state, event.userId)) return state;
      return withConversation(withoutRequest(state, event.userId), event.userId, { isUpToDate: false });
    case "resumed":
      return withPending(state, event.toUserId, [...conversationOf(state, event.toUserId).pending, event]);
    case "unsent":
      return refused(state, event.toUserId, event.clientMessageId, event.reason);
    case "failed":
      return state;
  }
}

/** A message that this device is sending was refused: it stays to be seen, with the reason. */
export function refused(state: State, userId: string, clientMessageId: string, refusal: string): State {
  const { pending } = conversationOf(state, userId);
  const marked = pending.map((each) => (each.clientMessageId === clientMessageId ? { ...each, refusal } : each));
  return withPending(state, userId, marked);
}

export function withPending(state: State, userId: string, pending: State["conversations"][string]["pending"]): State {
  return withConversation(state, userId, { pending });
}

function otherOf(state: State, message: Message): string {
  return message.fromUserId === state.ownId ? message.toUserId : message.fromUserId;
}

function withMessage(state: State, message: Message): State {
  const userId = otherOf(state, message);
  const before = conversationOf(state, userId);
  const isOwn = message.fromUserId === state.ownId;
  const typing = { ...state.typing };
  if (!isOwn) delete typing[userId];
  const messages = [...before.messages, message];
  const isTooLong = userId !== state.openId && messages.length > 2 * KEPT;
  // A message that is delivered was accepted, or is this user's answer, which accepts.
  return withConversation({ ...withoutRequest(state, userId), typing }, userId, {
    messages: isTooLong ? messages.slice(-KEPT) : messages,
    hasOlder: before.hasOlder || isTooLong,
    pending: before.pending.filter((each) => each.clientMessageId !== message.clientMessageId),
    lastSeq: message.seq,
    lastText: message.text,
    lastAt: message.ts,
    unread: isOwn || message.seq <= before.readSeq ? before.unread : before.unread + 1,
  });
}

function withChange(state: State, message: Message): State {
  const userId = otherOf(state, message);
  const before = conversationOf(state, userId);
  const messages = before.messages.map((each) => (each.seq === message.seq ? message : each));
  return withConversation(state, userId, {
    messages,
    lastText: message.seq === before.lastSeq ? message.text : before.lastText,
  });
}

function read(state: State, readerId: string, userId: string, seq: number): State {
  if (readerId !== state.ownId) return withConversation(state, userId, { theirReadSeq: seq });
  const { messages, unread } = conversationOf(state, userId);
  const left = messages.filter((each) => each.fromUserId === userId && each.seq > seq).length;
  return withConversation(state, userId, { readSeq: seq, unread: Math.min(unread, left) });
}

function notUpToDate(state: State): State {
  const conversations = Object.entries(state.conversations).map(([userId, each]) => [
    userId,
    { ...each, isUpToDate: each.lastSeq === 0 },
  ]);
  return { ...state, conversations: Object.fromEntries(conversations) };
}
