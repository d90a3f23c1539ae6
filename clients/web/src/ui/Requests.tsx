import { useState } from "preact/hooks";
import type { Chat } from "../model/chat";
import type { State } from "../model/state";
import { nameOf, timeOf } from "./names";

/** Who would like to write to this user, behind a button that says how many they are. */
export function Requests({ chat, state }: { chat: Chat; state: State }) {
  const [isOpen, setOpen] = useState(false);
  const { waiting, hasMore } = state.requests;
  if (!waiting.length) return null;
  return (
    <section class="requests">
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>
        <span class="name">Requests</span>
        <span class="count">
          {waiting.length}
          {hasMore && "+"}
          <span class="hidden"> waiting</span>
        </span>
      </button>
      {isOpen && (
        <ul class="list" aria-label="Requests">
          {waiting.map(({ userId, lastText, lastAt }) => (
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
