import type { Message, Rest } from "@devconnect/client";
import type { Request, Requests, State } from "./state";

/** The kind of the notification that says that a request has come. */
export const REQUEST_HAS_COME = "MESSAGE_REQUEST_NOTIFICATION";

/** How many requests are listed: the next ones come into the list as these are answered. */
const LISTED = 20;

/** How much of a request is shown before it is accepted. */
const SHOWN = 100;

export async function loadRequests(rest: Rest): Promise<Requests> {
  const [waiting, ignored] = await Promise.all([listed(rest, {}), listed(rest, { ignored: "true" })]);
  return { waiting: waiting.requests, hasMore: waiting.hasMore, ignored: ignored.requests };
}

async function listed(rest: Rest, which: { ignored?: "true" }): Promise<{ requests: Request[]; hasMore: boolean }> {
  const page = await rest.call("get", "/api/conversations/requests", { query: { limit: LISTED, ...which } });
  const requests = page.conversations.map(({ userId, lastMessage }) => ({
    userId,
    lastText: lastMessage.message,
    lastAt: lastMessage.ts,
  }));
  return { requests, hasMore: page.hasMore };
}

/** Returns what a stranger has written, the oldest first. Nobody is told that it was read. */
export async function readRequest(rest: Rest, userId: string): Promise<Message[]> {
  const page = await rest.call("get", "/api/messages/{userId}", { path: { userId }, query: { limit: SHOWN } });
  return page.messages
    .map(({ message: text, ...rest }) => ({ type: "message" as const, text, ...rest }))
    .sort((one, other) => one.seq - other.seq);
}

/** Returns what a stranger has written, as it is listed, whether it waits or is ignored. */
export function requestOf(state: State, userId: string): Request | undefined {
  const { waiting, ignored } = state.requests;
  return [...waiting, ...ignored].find((each) => each.userId === userId);
}

export function isRequest(state: State, userId: string): boolean {
  return requestOf(state, userId) !== undefined;
}

export function isIgnored(state: State, userId: string): boolean {
  return state.requests.ignored.some((each) => each.userId === userId);
}

/** Returns the state without a request that was answered. */
export function withoutRequest(state: State, userId: string): State {
  if (!isRequest(state, userId)) return state;
  const others = (requests: readonly Request[]) => requests.filter((each) => each.userId !== userId);
  const { waiting, ignored, hasMore } = state.requests;
  return { ...state, requests: { waiting: others(waiting), ignored: others(ignored), hasMore } };
}

/** Returns the state without a request that leads to no conversation: nothing of it stays open. */
export function withRequestGone(state: State, userId: string): State {
  const isOpen = state.openId === userId && isRequest(state, userId);
  return { ...withoutRequest(state, userId), openId: isOpen ? undefined : state.openId };
}
