import type { Message } from "@devconnect/client";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../model/chat";
import { excerpt, MAX_CHARACTERS } from "./bubbles";

/** While somebody types, the other user is told so this often, in milliseconds. */
const TELL_EVERY = 3_000;

interface ComposerProps {
  readonly chat: Chat;
  readonly userId: string;
  /** The message that is being answered, and by whom it is. */
  readonly answered: Message | undefined;
  readonly author: string;
  readonly answerNothing: () => void;
}

/** Where a message is written: Enter sends it, and Shift with Enter begins a line. Escape answers nothing any more. */
export function Composer({ chat, userId, answered, author, answerNothing }: ComposerProps) {
  const [text, setText] = useState("");
  const toldAt = useRef(0);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), [answered?.seq]);

  const typed = (value: string): void => {
    setText(value);
    if (!value || Date.now() - toldAt.current < TELL_EVERY) return;
    toldAt.current = Date.now();
    chat.typing(userId);
  };
  const send = (): void => {
    if (!text.trim()) return;
    chat.send(userId, text, answered?.seq);
    setText("");
    answerNothing();
    toldAt.current = 0;
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {answered && (
        <p class="answering">
          <span>
            Reply to <b>{author}</b>
          </span>
          <span class="excerpt muted">{excerpt(answered)}</span>
          <button type="button" class="quiet" aria-label="Do not reply to it" onClick={answerNothing}>
            ×
          </button>
        </p>
      )}
      <textarea
        ref={field}
        aria-label="Message"
        placeholder="Write a message"
        rows={Math.min(6, text.split("\n").length)}
        maxLength={MAX_CHARACTERS}
        value={text}
        onInput={({ currentTarget }) => typed(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") answerNothing();
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="primary" disabled={!text.trim()}>
        Send
      </button>
    </form>
  );
}
