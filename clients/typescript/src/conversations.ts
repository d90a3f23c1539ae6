import { Conversation } from "./conversation.js";
import { badField } from "./errors.js";
import { type ClientEvent, type Message, otherUser } from "./events.js";
import type { components } from "./generated/frames.js";
import { checkUserIds } from "./ids.js";
import { SyncSchedule } from "./sync-schedule.js";
import type { Timings } from "./timings.js";

type Schemas = components["schemas"];

/** {userId: the seq up to which the conversation with that user was delivered}. */
export type Upto = Readonly<Record<string, number>>;

/** An entry of the list of conversations. */
export interface Listed {
  readonly userId: string;
  readonly lastSeq: number;
  readonly readSeq: number;
}

/** All conversations of a device, with what is known to be missing in them. */
export class Conversations {
  readonly #conversations: Map<string, Conversation>;
  readonly syncs: SyncSchedule;

  /** Throws Refused if `known` cannot be an `upto` of this user: one such entry would keep all others from a sync. */
  constructor(
    private readonly ownId: string,
    known: Upto,
    timings: Timings,
  ) {
    checkUserIds("known", Object.keys(known));
    if (ownId in known) throw badField("known", "nobody has a conversation with oneself");
    if (!Object.values(known).every((seq) => Number.isSafeInteger(seq) && seq >= 0)) {
      throw badField("known", "seqs are whole numbers from 0 on");
    }
    this.#conversations = new Map(Object.entries(known).map(([userId, seq]) => [userId, new Conversation(seq)]));
    this.syncs = new SyncSchedule(this.#conversations, timings);
  }

  /** Returns those messages that are next in order, and has others synced where some are missing. */
  take(messages: readonly Message[], now: number): ClientEvent[] {
    return messages.filter((message) => this.#isOwn(message)).flatMap((message) => this.#takeOne(message, now));
  }

  /** Returns the messages of the answer to a `sync`, and whether the conversation is up to date now. */
  synced({ userId, messages, complete }: Schemas["SyncEvent"], now: number): ClientEvent[] {
    const conversation = this.#of(userId);
    const events: ClientEvent[] = conversation.take(messages.map(messageOf).filter((message) => this.#isOwn(message)));
    this.syncs.answered(userId, complete, now);
    if (complete && !conversation.hasGap) events.push({ type: "up-to-date", userId });
    return events;
  }

  /** Compares with an entry of the list of conversations; returns whether it is news. */
  listed({ userId, lastSeq }: Listed, now: number): boolean {
    if (!this.#conversations.has(userId)) this.syncs.missed(userId);
    const conversation = this.#of(userId);
    conversation.exists(lastSeq);
    if (conversation.hasGap) this.syncs.gap(userId, now);
    return conversation.hasGap;
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
export function messageOf(frame: Omit<Schemas["MessageResponse"], "conversationId">): Message {
  const { messageId, seq, fromUserId, toUserId, message: text, ts } = frame;
  return { type: "message", messageId, seq, fromUserId, toUserId, text, ts };
}
