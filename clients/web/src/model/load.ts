import type { Rest } from "@devconnect/client";
import { loadRequests } from "./requests";
import { type Conversation, emptyConversation, type Notice, type Person, type State } from "./state";

/** What a chat begins with: the list of conversations, requests, connections, and notifications. */
export type Start = Pick<State, "people" | "conversations" | "requests" | "notices">;

const PAUSE = 2_000;

/** Asks until it is answered. Resolves to undefined if the session is over, which `isOver` says of an error. */
export async function loadStart(
  rest: Rest,
  ownId: string,
  isOver: (error: unknown) => boolean,
): Promise<Start | undefined> {
  for (;;) {
    try {
      return await load(rest, ownId);
    } catch (error) {
      if (isOver(error)) return undefined;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

async function load(rest: Rest, ownId: string): Promise<Start> {
  const [listed, requests, connected, told] = await Promise.all([
    rest.call("get", "/api/conversations", { query: { limit: 100 } }),
    loadRequests(rest),
    rest.call("get", "/api/connections", { query: { limit: 100 } }),
    rest.call("get", "/api/notifications", { query: { limit: 50 } }),
  ]);
  const people: Record<string, Person> = {};
  const conversations: Record<string, Conversation> = {};
  for (const person of connected.connections) {
    people[person.userId] = person;
    conversations[person.userId] = emptyConversation(person.userId);
  }
  for (const { userId, lastMessage, lastSeq, readSeq, unread } of listed.conversations) {
    const { message: lastText, ts: lastAt } = lastMessage;
    conversations[userId] = {
      ...emptyConversation(userId),
      hasOlder: true,
      lastSeq,
      lastText,
      lastAt,
      readSeq,
      unread,
    };
  }
  for (const userId of Object.keys(conversations)) {
    people[userId] ??= { ...(await rest.call("get", "/api/users/{userId}", { path: { userId } })), userId };
  }
  const notices: Notice[] = told.notifications.map(({ readAt, ...notice }) => ({ ...notice, isRead: readAt !== null }));
  delete people[ownId];
  return { people, conversations, requests, notices };
}
