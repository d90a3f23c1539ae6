import type { Chat } from "../model/chat";
import type { State } from "../model/state";
import { Count } from "./Home";
import { nameOf, timeOf } from "./names";

/** The list of conversations, the newest first. */
export function Conversations({ chat, state }: { chat: Chat; state: State }) {
  const listed = Object.values(state.conversations).sort((one, other) => (one.lastAt < other.lastAt ? 1 : -1));
  if (!listed.length) return <p class="empty muted">You have no conversations yet.</p>;
  return (
    <ul class="list" aria-label="Conversations">
      {listed.map(({ userId, lastText, lastAt, unread }) => (
        <li key={userId}>
          <button type="button" aria-current={state.openId === userId} onClick={() => chat.open(userId)}>
            <Dot isOnline={state.online[userId] ?? false} />
            <span class="name">{nameOf(state, userId)}</span>
            <time class="muted">{timeOf(lastAt)}</time>
            <span class="last muted">{lastText.slice(0, 80) || (lastAt ? "Deleted message" : "No messages yet")}</span>
            {unread > 0 && <Count number={unread} />}
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Dot({ isOnline }: { isOnline: boolean }) {
  return (
    <span class={isOnline ? "dot is-online" : "dot"}>
      <span class="hidden">{isOnline ? "online" : "offline"}</span>
    </span>
  );
}
