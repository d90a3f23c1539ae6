import { useEffect } from "preact/hooks";
import type { Chat } from "../model/chat";
import type { State } from "../model/state";
import { timeOf } from "./names";

/** Notifications, the newest first. Those that are shown are read. */
export function Notices({ chat, state }: { chat: Chat; state: State }) {
  const unread = state.notices.some(({ isRead }) => !isRead);
  useEffect(() => {
    if (unread) void chat.readNotices();
  }, [chat, unread]);
  if (!state.notices.length) return <p class="empty muted">Nothing has happened yet.</p>;
  return (
    <ul class="list" aria-label="Notices">
      {state.notices.map(({ notificationId, text, createdAt }) => (
        <li key={notificationId} class="notice">
          <span>{text}</span> <time class="muted">{timeOf(createdAt)}</time>
        </li>
      ))}
    </ul>
  );
}
