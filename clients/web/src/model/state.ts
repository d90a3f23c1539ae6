import type { Message, QueuedMessage } from "@devconnect/client";

/** A person whom this user sees. */
export interface Person {
  readonly userId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly about: string | null;
  readonly skills: readonly string[];
}

/** A message that this device is sending, or that was refused. */
export interface Pending extends QueuedMessage {
  readonly refusal?: string;
}

/** The conversation with one user, as far as this device has it: `messages` are a part without gaps, in order. */
export interface Conversation {
  readonly userId: string;
  readonly messages: readonly Message[];
  readonly pending: readonly Pending[];
  readonly hasOlder: boolean;
  readonly isUpToDate: boolean;
  readonly lastSeq: number;
  readonly lastText: string;
  readonly lastAt: string;
  /** Up to which seq this user has read, and the other one. */
  readonly readSeq: number;
  readonly theirReadSeq: number;
  readonly unread: number;
}

/** What strangers have written, and this user has not accepted: the newest, and whether more of them wait. */
export interface Requests {
  readonly waiting: readonly Request[];
  readonly hasMore: boolean;
  readonly ignored: readonly Request[];
}

export interface Request {
  readonly userId: string;
  readonly lastText: string;
  readonly lastAt: string;
}

export interface Notice {
  readonly notificationId: string;
  readonly fromUserId: string;
  readonly text: string;
  readonly createdAt: string;
  readonly isRead: boolean;
}

/** How the connection is: what the page says about it is true. */
export type Network =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  | { readonly kind: "lost"; readonly until: number }
  | { readonly kind: "evicted" };

export interface State {
  readonly ownId: string;
  readonly people: Readonly<Record<string, Person>>;
  readonly conversations: Readonly<Record<string, Conversation>>;
  readonly requests: Requests;
  readonly online: Readonly<Record<string, boolean>>;
  /** {userId: the time at which "is typing" ends}. */
  readonly typing: Readonly<Record<string, number>>;
  readonly notices: readonly Notice[];
  readonly network: Network;
  readonly openId: string | undefined;
}

export function emptyState(ownId: string): State {
  return {
    ownId,
    people: {},
    conversations: {},
    requests: { waiting: [], hasMore: false, ignored: [] },
    online: {},
    typing: {},
    notices: [],
    network: { kind: "connecting" },
    openId: undefined,
  };
}

export function conversationOf(state: State, userId: string): Conversation {
  return state.conversations[userId] ?? emptyConversation(userId);
}

export function emptyConversation(userId: string): Conversation {
  return {
    userId,
    messages: [],
    pending: [],
    hasOlder: false,
    isUpToDate: true,
    lastSeq: 0,
    lastText: "",
    lastAt: "",
    readSeq: 0,
    theirReadSeq: 0,
    unread: 0,
  };
}

/** Returns the state with a conversation changed. */
export function withConversation(state: State, userId: string, change: Partial<Conversation>): State {
  const conversation = { ...conversationOf(state, userId), ...change };
  return { ...state, conversations: { ...state.conversations, [userId]: conversation } };
}
