import { useState } from "preact/hooks";
import type { Chat } from "../model/chat";
import type { Request, State } from "../model/state";
import { nameOf, timeOf } from "./names";

interface RequestsProps {
  readonly chat: Chat;
  readonly state: State;
}

/** Who would like to write to this user, behind a button that says how many they are. */
export function Requests({ chat, state }: RequestsProps) {
  const { waiting, hasMore } = state.requests;
  return (
    <RequestList chat={chat} state={state} name="Requests" requests={waiting}>
      <span class="count">
        {waiting.length}
        {hasMore && "+"}
        <span class="hidden"> waiting</span>
      </span>
    </RequestList>
  );
}

/** Whom this user ignores: they may change their mind. */
export function IgnoredRequests({ chat, state }: RequestsProps) {
  return <RequestList chat={chat} state={state} name="Ignored requests" requests={state.requests.ignored} />;
}

interface RequestListProps extends RequestsProps {
  readonly name: string;
  readonly requests: readonly Request[];
  readonly children?: preact.ComponentChildren;
}

function RequestList({ chat, state, name, requests, children }: RequestListProps) {
  const [isOpen, setOpen] = useState(false);
  if (!requests.length) return null;
  return (
    <section class="requests">
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>
        <span class="name">{name}</span>
        {children}
      </button>
      {isOpen && (
        <ul class="list" aria-label={name}>
          {requests.map(({ userId, lastText, lastAt }) => (
            <li key={userId}>
              <button type="button" aria-current={state.openId === userId} onClick={() => chat.open(userId)}>
                <span />
                <span class="name">{nameOf(state, userId)}</span>
                <time class="muted">{timeOf(lastAt)}</time>
                <span class="last muted">{lastText.slice(0, 80) || "Deleted message"}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
