import { ChangeRequests } from "./change-requests.js";
import { Conversations, type Listed, messageOf, type Upto } from "./conversations.js";
import { type DevConnectError, type ErrorBody, Evicted, errorOf, Flooding, Refused, SessionEnded } from "./errors.js";
import { type ClientEvent, type Message, otherUser } from "./events.js";
import { Heartbeat } from "./heartbeat.js";
import { checkUserIds } from "./ids.js";
import type { Incoming } from "./incoming.js";
import { SeenNotifications } from "./notifications.js";
import { type Ack, Outbox } from "./outbox.js";
import { ReadMarks } from "./read-marks.js";
import type { FrameSource } from "./source.js";
import type { Timings } from "./timings.js";
import { Typing } from "./typing.js";
import { Watchlist } from "./watchlist.js";

type Frame<Event extends Incoming["event"]> = Extract<Incoming, { event: Event }>;

/** The state of one device, and how each frame changes it. It does no input or output, and reads no clock. */
export class Device {
  readonly outbox: Outbox;
  readonly heartbeat: Heartbeat;
  readonly watchlist: Watchlist;
  readonly changes: ChangeRequests;
  readonly #conversations: Conversations;
  readonly #delivered: Record<string, number>;
  readonly #deliveredChanges: Record<string, number>;
  readonly #marks = new ReadMarks();
  readonly #typing = new Typing();
  readonly #notifications = new SeenNotifications();
  readonly #sources: readonly FrameSource[];

  /** Throws Refused if `known` cannot be an `upto` of this user. */
  constructor(
    private readonly ownId: string,
    known: Upto,
    timings: Timings,
    knownChanges: Upto = {},
  ) {
    this.outbox = new Outbox(ownId, timings);
    this.heartbeat = new Heartbeat(timings);
    this.watchlist = new Watchlist(timings);
    this.#conversations = new Conversations(ownId, known, knownChanges, timings);
    this.#delivered = { ...known };
    this.#deliveredChanges = { ...knownChanges };
    this.changes = new ChangeRequests(ownId, timings);
    const { heartbeat, watchlist, outbox, changes } = this;
    this.#sources = [heartbeat, this.#typing, this.#marks, watchlist, this.#conversations.syncs, outbox, changes];
  }

  /** {userId: the seq up to which the conversation with that user was delivered}. */
  get upto(): Upto {
    return { ...this.#delivered };
  }

  /** {userId: the number up to which the changes in the conversation with that user were delivered}. */
  get changesUpto(): Upto {
    return { ...this.#deliveredChanges };
  }

  /** The application has taken this event. One that it has not taken is delivered again after a restart. */
  delivered(event: ClientEvent): void {
    if (event.type === "message") this.#delivered[otherUser(event, this.ownId)] = event.seq;
    else if (event.type === "changed") this.#deliveredChanges[otherUser(event.message, this.ownId)] = event.upto;
  }

  /** A new websocket is open. */
  reconnected(now: number): void {
    for (const source of this.#sources) source.reconnected(now);
  }

  /** Why the connection is dead, if it is: something was not answered in time, nor has anything else arrived. */
  whyLost(now: number): string | undefined {
    if (this.heartbeat.isSilent(now) && this.heartbeat.isOverdue(now)) return "a heartbeat was not answered";
    // How late this is asked does not matter: what came just after the message shows that the connection lives.
    const isLost = this.heartbeat.isSilentSince(this.outbox.overdueSince(now));
    return isLost ? "a message was not answered" : undefined;
  }

  /** Returns the frames to be sent now. */
  due(now: number): string[] {
    return this.#sources.flatMap((source) => source.due(now));
  }

  /** Returns the time at which `due` may return the next frame, if nothing happens before. */
  nextDue(): number {
    return Math.min(...this.#sources.map((source) => source.nextDue()));
  }

  /** Compares with a page of the list of conversations; returns whether it held anything new. */
  takeList(page: readonly Listed[], now: number): boolean {
    for (const { userId, readSeq } of page) this.#marks.listed(userId, readSeq);
    return page.filter((entry) => this.#conversations.listed(entry, now)).length > 0;
  }

  /** Tell a user that this user is typing. Throws Refused if `toUserId` is not a userId. */
  typing(toUserId: string): void {
    checkUserIds("toUserId", [toUserId]);
    this.#typing.add(toUserId);
  }

  /** Mark as read up to `seq`, but not beyond the delivered messages: the others cannot have been read. */
  markRead(userId: string, seq: number): void {
    this.#marks.read(userId, Math.min(seq, this.#delivered[userId] ?? 0));
  }

  /** Takes in a frame and returns its events; `undefined` is one that cannot be read. Throws what ends the socket. */
  take(frame: Incoming | undefined, now: number): ClientEvent[] {
    this.heartbeat.received(now);
    switch (frame?.event) {
      case "private-message":
        return this.#conversations.take([messageOf(frame)], now);
      case "private-messages":
        return this.#conversations.take(frame.messages.map(messageOf), now);
      case "ack":
        return this.#acked([frame], now);
      case "acks":
        for (const error of frame.errors) this.outbox.refused(error, now);
        return this.#acked(frame.acks, now);
      case "sync":
        return this.#conversations.synced(frame, now);
      case "message:changed":
        return this.#changed(messageOf(frame), now);
      case "error":
        return this.#error(frame, now);
      case "":
        return this.#outcomeUnknown(now);
      case "session:ended":
        throw new SessionEnded("The session has ended.");
      case "socket:evicted":
        throw new Evicted("You have opened too many devices, and this one was closed for the newest.");
    }
    return frame ? this.#told(frame, now) : [];
  }

  /** Frames that change nothing of what is sent next but for a subscription, or a heartbeat. */
  #told(frame: Incoming, now: number): ClientEvent[] {
    switch (frame.event) {
      case "registered":
        this.heartbeat.registered(frame.expiresIn, now);
        return [];
      case "presence:state":
        this.watchlist.confirmed(frame.userId);
        return [presence(frame)];
      case "presence":
        return [presence(frame)];
      case "typing":
        return [{ type: "typing", userId: frame.userId }];
      case "message:read":
        return this.#read(frame);
      case "notification": {
        const { notificationId, type: kind, fromUserId, text, createdAt } = frame;
        const isNew = this.#notifications.add(notificationId);
        return isNew ? [{ type: "notification", notificationId, kind, fromUserId, text, createdAt }] : [];
      }
      case "conversation:request": {
        const { userId, status } = frame;
        if (status === "accepted") this.#conversations.accepted(userId);
        return [{ type: "request-answered", userId, status }];
      }
    }
    return [];
  }

  #acked(acks: readonly Ack[], now: number): ClientEvent[] {
    const messages = acks.flatMap((ack) => this.outbox.acknowledged(ack) ?? []);
    return this.#conversations.take(messages, now);
  }

  #changed(message: Message, now: number): ClientEvent[] {
    this.changes.changed(otherUser(message, this.ownId), message);
    return this.#conversations.changed(message, now);
  }

  #read({ conversationId, userId, seq }: Frame<"message:read">): ClientEvent[] {
    const others = conversationId.split(":").filter((each) => each !== this.ownId);
    return others.length === 1 ? [{ type: "read", readerId: userId, withUserId: String(others[0]), seq }] : [];
  }

  /** An error frame names the action it is about; an action that is given up because of it is reported. */
  #error(frame: Frame<"error">, now: number): ClientEvent[] {
    const error = errorOf(frame as ErrorBody);
    if (error instanceof SessionEnded || error instanceof Flooding) throw error;
    switch (frame.action) {
      case "private-message":
      case "private-messages":
        this.outbox.refused(frame, now); // which reports it to the sender
        return [];
      case "message:edit":
      case "message:delete":
      case "message:react":
        this.changes.refused(frame, now); // likewise
        return [];
      case "sync":
        return failed(frame.action, error, this.#conversations.syncs.refused(error, now));
      case "presence:subscribe":
        return failed(frame.action, error, this.watchlist.refused(error, now));
      case undefined: // it may be about any frame
        return this.#outcomeUnknown(now);
      case "register":
        this.heartbeat.refused(error, now);
        break;
      case "message:read":
        this.#marks.refused(error, now);
    }
    const { action } = frame;
    return error instanceof Refused ? [{ type: "failed", action, userIds: [], reason: error.message }] : [];
  }

  /**
   * API Gateway's own error does not say which frame failed, so every frame without an answer is soon sent again. The
   * connection is alive.
   */
  #outcomeUnknown(now: number): ClientEvent[] {
    for (const source of [this.heartbeat, this.outbox, this.changes, this.#conversations.syncs, this.watchlist]) {
      source.outcomeUnknown(now);
    }
    return [];
  }
}

function presence({ userId, online, lastSeenAt }: Frame<"presence"> | Frame<"presence:state">): ClientEvent {
  return { type: "presence", userId, online, lastSeenAt: lastSeenAt ?? null };
}

function failed(action: string, { message: reason }: DevConnectError, userIds: string[]): ClientEvent[] {
  return userIds.length ? [{ type: "failed", action, userIds, reason }] : [];
}
