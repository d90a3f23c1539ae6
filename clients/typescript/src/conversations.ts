import { Conversation } from "./conversation.js";
import { badField } from "./errors.js";
import { type ClientEvent, type Message, otherUser } from "./events.js";
import type { components } from "./generated/frames.js";
import { checkUserIds } from "./ids.js";
import { SyncSchedule } from "./sync-schedule.js";
import type { Timings } from "./timings.js";

type Schemas = components["schemas"];

/** The state of a message, which services that have changes tell with it. */
interface MessageState {
  readonly replyTo?: number;
  readonly change?: number;
  readonly editedAt?: string;
  readonly deleted?: boolean;
  readonly reactions?: Readonly<Record<string, string>>;
}

export type MessageFrame = Omit<Schemas["MessageResponse"], "conversationId"> & MessageState;

/** The answer to a `sync`; from services that have changes, with those of messages that this device has. */
export type SyncEvent = Omit<Schemas["SyncEvent"], "messages"> & {
  readonly messages: readonly MessageFrame[];
  readonly changed?: readonly MessageFrame[];
  readonly lastChange?: number;
};

/** {userId: the seq up to which the conversation with that user was delivered}. */
export type Upto = Readonly<Record<string, number>>;

/** An entry of the list of conversations. */
export interface Listed {
  readonly userId: string;
  readonly lastSeq: number;
  readonly readSeq: number;
  /** The number of the latest change of a message, from services that have changes. */
  readonly lastChange?: number;
}

/** All conversations of a device, with what is known to be missing in them. */
export class Conversations {
  readonly #conversations: Map<string, Conversation>;
  readonly syncs: SyncSchedule;

  /** Throws Refused if `known` cannot be an `upto` of this user: one such entry would keep all others from a sync. */
  constructor(
    private readonly ownId: string,
    known: Upto,
    knownChanges: Upto,
    timings: Timings,
  ) {
    checkKnown("known", known, ownId);
    checkKnown("knownChanges", knownChanges, ownId);
    this.#conversations = new Map(
      Object.entries(known).map(([userId, seq]) => [userId, new Conversation(seq, knownChanges[userId])]),
    );
    this.syncs = new SyncSchedule(this.#conversations, timings);
  }

  /** Returns those messages that are next in order, and has others synced where some are missing. */
  take(messages: readonly Message[], now: number): ClientEvent[] {
    return messages.filter((message) => this.#isOwn(message)).flatMap((message) => this.#takeOne(message, now));
  }

  /** A message is in a new state, of which nothing is returned where a later one is known. */
  changed(message: Message, now: number): ClientEvent[] {
    if (!this.#isOwn(message)) return [];
    const userId = otherUser(message, this.ownId);
    const conversation = this.#of(userId);
    const events = conversation.takeChange(message);
    if (conversation.hasGap) this.syncs.gap(userId, now);
    return events;
  }

  /** Returns what the answer to a `sync` has brought, and whether the conversation is up to date now. */
  synced({ userId, messages, complete, changed, lastChange }: SyncEvent, now: number): ClientEvent[] {
    const conversation = this.#of(userId);
    const own = (listed: readonly MessageFrame[]) => listed.map(messageOf).filter((message) => this.#isOwn(message));
    const [first] = messages;
    // An answer begins with the first message there is above the seq that was asked for, and leaves none out.
    if (first) conversation.skipTo(first.seq);
    const events: ClientEvent[] = conversation.take(own(messages));
    if (lastChange !== undefined) events.push(...conversation.takeChanges(own(changed ?? []), lastChange));
    this.syncs.answered(userId, complete, now);
    if (complete && !conversation.hasGap) events.push({ type: "up-to-date", userId });
    return events;
  }

  /** Compares with an entry of the list of conversations; returns whether it is news. */
  listed({ userId, lastSeq, lastChange }: Listed, now: number): boolean {
    if (!this.#conversations.has(userId)) this.syncs.missed(userId);
    const conversation = this.#of(userId);
    conversation.exists(lastSeq);
    if (lastChange !== undefined) conversation.changes.exists(lastChange);
    if (conversation.hasGap) this.syncs.gap(userId, now);
    return conversation.hasGap;
  }

  /** The request of this user was accepted, and nothing of it was pushed before. */
  accepted(userId: string): void {
    this.#of(userId);
    this.syncs.missed(userId);
  }

  #takeOne(message: Message, now: number): Message[] {
    const userId = otherUser(message, this.ownId);
    const conversation = this.#of(userId);
    const inOrder = conversation.take([message]);
    if (conversation.hasGap) this.syncs.gap(userId, now);
    return inOrder;
  }

  #of(userId: string): Conversation {
    const known = this.#conversations.get(userId);
    if (known) return known;
    const added = new Conversation();
    this.#conversations.set(userId, added);
    return added;
  }

  /** Whether exactly one of the two users is this one, as of every message that the service sends here. */
  #isOwn({ fromUserId, toUserId }: Message): boolean {
    return (fromUserId === this.ownId) !== (toUserId === this.ownId);
  }
}

/** Returns the message of a pushed frame, or of an entry of a sync or of the history. */
export function messageOf(frame: MessageFrame): Message {
  const { messageId, seq, fromUserId, toUserId, message: text, ts } = frame;
  const { replyTo, change, editedAt, deleted, reactions } = frame;
  return {
    type: "message",
    messageId,
    seq,
    fromUserId,
    toUserId,
    text,
    ts,
    ...(replyTo ? { replyTo } : {}),
    ...(change ? { change } : {}),
    ...(editedAt ? { editedAt } : {}),
    ...(deleted ? { deleted } : {}),
    ...(reactions ? { reactions } : {}),
  };
}

function checkKnown(name: string, known: Upto, ownId: string): void {
  checkUserIds(name, Object.keys(known));
  if (ownId in known) throw badField(name, "nobody has a conversation with oneself");
  if (!Object.values(known).every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw badField(name, "they are whole numbers from 0 on");
  }
}
