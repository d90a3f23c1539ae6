import type { Message } from "@devconnect/client";
import { useState } from "preact/hooks";
import type { Chat } from "../model/chat";
import { MessageText } from "./MessageText";
import { timeOf } from "./names";

const EMOJI = ["👍", "❤️", "😂", "🎉"];

interface BubbleProps {
  readonly chat: Chat;
  readonly message: Message;
  readonly userId: string;
  readonly isOwn: boolean;
  readonly isRead: boolean;
}

/** One message, with what one may do with it. */
export function Bubble({ chat, message, userId, isOwn, isRead }: BubbleProps) {
  const [problem, setProblem] = useState("");
  const attempt = (done: Promise<unknown> | undefined): void =>
    void done?.then(
      () => setProblem(""),
      (error: Error) => setProblem(error.message),
    );
  const { seq, text, deleted } = message;
  const reactions = Object.entries(message.reactions ?? {});
  const mine = message.reactions?.[chat.state.ownId];
  const edit = (): void => {
    const changed = prompt("Edit the message", text);
    if (changed && changed !== text) attempt(chat.edit(userId, seq, changed));
  };
  return (
    <li class={isOwn ? "bubble is-own" : "bubble"}>
      {deleted ? (
        <em class="muted">deleted</em>
      ) : text ? (
        <MessageText text={text} />
      ) : (
        <em class="muted">The service has lost this message.</em>
      )}
      {reactions.length > 0 && <div class="reactions">{reactions.map(([, emoji]) => emoji).join(" ")}</div>}
      <footer class="muted">
        {message.editedAt && !deleted && "edited · "}
        <time dateTime={message.ts}>{timeOf(message.ts)}</time>
        {isOwn && <span>{isRead ? " · read" : " · sent"}</span>}
        {!deleted && (
          <details class="actions">
            <summary aria-label="Actions">⋯</summary>
            <div class="buttons">
              {EMOJI.map((emoji) => (
                <button
                  key={emoji}
                  type="button"
                  aria-label={`React with ${emoji}`}
                  aria-pressed={mine === emoji}
                  onClick={() => attempt(chat.react(userId, seq, mine === emoji ? null : emoji))}
                >
                  {emoji}
                </button>
              ))}
              {isOwn && (
                <>
                  <button type="button" onClick={edit}>
                    Edit
                  </button>
                  <button type="button" onClick={() => attempt(chat.delete(userId, seq))}>
                    Delete
                  </button>
                </>
              )}
            </div>
          </details>
        )}
      </footer>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}
