import {
  Client,
  Evicted,
  IndexedDbQueue,
  Rest,
  type Session,
  SessionEnded,
  type Upto,
  wakeWithPage,
} from "@devconnect/client";
import { applied, refused } from "./apply";
import { loadStart } from "./load";
import { isRequest, loadRequests, REQUEST_HAS_COME, withRequestGone } from "./requests";
import { conversationOf, emptyState, type State, withConversation } from "./state";

/** How many older messages are fetched at once. */
const PAGE = 100;

/** How long read marks wait for each other, in milliseconds. */
const MARK_AFTER = 300;

/** A chat in which one user is logged in: what the page shows is `state`, and every change of it is told. */
export class Chat {
  state: State;
  readonly rest: Rest;
  #client: Client | undefined;
  #stopWaking: (() => void) | undefined;
  #drafts = 0;
  #marking: ReturnType<typeof setTimeout> | undefined;
  readonly #fetching = new Set<string>();

  constructor(
    private readonly api: string,
    private readonly session: Session,
    private readonly changed: (state: State) => void,
    private readonly ended: () => void,
  ) {
    this.rest = new Rest(api, session);
    this.state = emptyState(session.userId);
  }

  /** Connects, and goes on until the session ends or the chat is closed. */
  async run(): Promise<void> {
    const start = await loadStart(this.rest, this.session.userId, (error) => this.#isOver(error));
    if (!start) return;
    this.#set({ ...this.state, ...start });
    this.#nameStrangers();
    await this.connect();
  }

  /** Connects again, after another device had taken this one's place. */
  async connect(): Promise<void> {
    const queue = new IndexedDbQueue(this.session.userId);
    const client = new Client(this.api, this.session, { known: this.#known(), queue });
    this.#client = client;
    this.#stopWaking = wakeWithPage(client);
    client.watch(Object.keys(this.state.conversations).slice(0, 100));
    try {
      for await (const event of client) {
        this.#set(applied(this.state, event, Date.now()));
        if (event.type === "message" && event.fromUserId !== this.session.userId) this.#arrived(event.fromUserId);
        if (event.type === "connected" || event.type === "request-answered") void this.loadRequests();
        if (event.type === "notification" && event.kind === REQUEST_HAS_COME) void this.loadRequests();
      }
    } catch (error) {
      if (error instanceof Evicted) this.#set({ ...this.state, network: { kind: "evicted" } });
      else this.ended();
    }
  }

  close(): void {
    clearTimeout(this.#marking);
    this.#stopWaking?.();
    this.#client?.close();
  }

  open(userId: string | undefined): void {
    this.#set({ ...this.state, openId: userId });
    if (!userId) return;
    void this.name(userId);
    if (isRequest(this.state, userId)) return;
    this.markRead();
    if (!conversationOf(this.state, userId).messages.length) void this.older(userId);
  }

  /** Sends a message, which may answer the one with the seq `replyTo`. */
  send(userId: string, text: string, replyTo?: number): void {
    this.#drafts += 1;
    const clientMessageId = `draft-${this.#drafts}`;
    const { pending } = conversationOf(this.state, userId);
    const draft = { clientMessageId, toUserId: userId, text, ...(replyTo ? { replyTo } : {}) };
    this.#set(withConversation(this.state, userId, { pending: [...pending, draft] }));
    this.#client?.send(userId, text, replyTo).then(
      () => this.forget(userId, clientMessageId),
      (error: Error) => this.#set(refused(this.state, userId, clientMessageId, error.message)),
    );
  }

  /** Shows a message no longer that was refused. */
  forget(userId: string, clientMessageId: string): void {
    const pending = conversationOf(this.state, userId).pending.filter(
      (each) => each.clientMessageId !== clientMessageId,
    );
    this.#set(withConversation(this.state, userId, { pending }));
  }

  edit = (userId: string, seq: number, text: string) => this.#client?.edit(userId, seq, text);
  delete = (userId: string, seq: number) => this.#client?.delete(userId, seq);
  react = (userId: string, seq: number, emoji: string | null) => this.#client?.react(userId, seq, emoji);
  typing = (userId: string): void => this.#client?.typing(userId);
  wake = (): void => this.#client?.wake();

  /** Marks as read what is open, if the page is being looked at. */
  markRead(): void {
    const { openId } = this.state;
    if (!openId || document.visibilityState !== "visible") return;
    const { lastSeq, readSeq, unread } = conversationOf(this.state, openId);
    if (lastSeq <= readSeq && !unread) return;
    this.#client?.markRead(openId, lastSeq);
    this.#set(withConversation(this.state, openId, { readSeq: lastSeq, unread: 0 }));
  }

  /** Lists again what waits to be accepted. */
  async loadRequests(): Promise<void> {
    try {
      const requests = await loadRequests(this.rest);
      this.#set({ ...this.state, requests }); // the state as it is now, not as it was before the answer
      this.#nameStrangers();
    } catch (error) {
      this.#isOver(error);
    }
  }

  /** Accepts or ignores what a stranger has written, or blocks them. Rejects as Rest does. */
  async answerRequest(userId: string, answer: "accepted" | "ignored" | "blocked"): Promise<void> {
    if (answer === "blocked") {
      await this.rest.call("post", "/api/blocks/{userId}", { path: { userId } });
      this.#set(withRequestGone(this.state, userId));
      await this.loadRequests();
    } else {
      const input = { path: { userId }, body: { status: answer } };
      await this.rest.call("post", "/api/conversations/requests/{userId}", input);
      this.#set(applied(this.state, { type: "request-answered", userId, status: answer }, Date.now()));
    }
  }

  /** Fetches messages before the first one that is there. */
  async older(userId: string): Promise<void> {
    if (this.#fetching.has(userId)) return;
    this.#fetching.add(userId);
    try {
      const [first] = conversationOf(this.state, userId).messages;
      const before = first?.seq ?? conversationOf(this.state, userId).lastSeq + 1;
      const query = { before, limit: PAGE };
      const page = await this.rest.call("get", "/api/messages/{userId}", { path: { userId }, query });
      const { messages } = conversationOf(this.state, userId);
      const from = messages[0]?.seq ?? before;
      const older = page.messages
        .filter(({ seq }) => seq < from)
        .sort((one, other) => one.seq - other.seq)
        .map(({ message: text, ...rest }) => ({ type: "message" as const, text, ...rest }));
      this.#set(withConversation(this.state, userId, { messages: [...older, ...messages], hasOlder: page.hasMore }));
    } catch (error) {
      this.#isOver(error);
    } finally {
      this.#fetching.delete(userId);
    }
  }

  /** Fetches older messages until the one with this seq is there, or no more come. */
  async reach(userId: string, seq: number): Promise<void> {
    for (let before = Infinity; ; ) {
      const first = conversationOf(this.state, userId).messages[0]?.seq ?? 0;
      if (first <= seq || first >= before) return;
      before = first;
      await this.older(userId);
    }
  }

  /** Marks all notifications as read that are shown. */
  async readNotices(): Promise<void> {
    const notificationIds = this.state.notices.filter(({ isRead }) => !isRead).map((each) => each.notificationId);
    this.#set({ ...this.state, notices: this.state.notices.map((notice) => ({ ...notice, isRead: true })) });
    try {
      const body = { notificationIds: notificationIds.slice(0, 100) };
      await this.rest.call("post", "/api/notifications/read", { body });
    } catch (error) {
      this.#isOver(error);
    }
  }

  /** Finds out who a user is, unless it is known. */
  async name(userId: string): Promise<void> {
    if (this.state.people[userId]) return;
    try {
      const person = await this.rest.call("get", "/api/users/{userId}", { path: { userId } });
      this.#set({ ...this.state, people: { ...this.state.people, [userId]: { ...person, userId } } });
    } catch (error) {
      this.#isOver(error);
    }
  }

  #arrived(userId: string): void {
    void this.name(userId);
    if (userId !== this.state.openId || this.#marking) return;
    // Messages that come together are marked together: each mark is a frame.
    this.#marking = setTimeout(() => {
      this.#marking = undefined;
      this.markRead();
    }, MARK_AFTER);
  }

  #nameStrangers(): void {
    const { waiting, ignored } = this.state.requests;
    for (const { userId } of [...waiting, ...ignored]) void this.name(userId);
  }

  /**
   * Up to where each conversation is taken as known: older messages are fetched when they are looked at. One without
   * messages is left out, as what comes in it may be a request by then; the client finds the others by itself.
   */
  #known(): Upto {
    const begun = Object.values(this.state.conversations).filter(({ lastSeq }) => lastSeq > 0);
    return Object.fromEntries(begun.map(({ userId, lastSeq }) => [userId, lastSeq]));
  }

  /** Ends the chat with its session. Returns whether the error says that it is over. */
  #isOver(error: unknown): boolean {
    const isOver = error instanceof SessionEnded;
    if (isOver) this.ended();
    return isOver;
  }

  #set(state: State): void {
    this.state = state;
    this.changed(state);
  }
}
