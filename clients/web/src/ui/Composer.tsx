import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../model/chat";

/** While somebody types, the other user is told so this often, in milliseconds. */
const TELL_EVERY = 3_000;
const MAX_CHARACTERS = 5_000;

/** Where a message is written: Enter sends it, and Shift with Enter begins a line. */
export function Composer({ chat, userId }: { chat: Chat; userId: string }) {
  const [text, setText] = useState("");
  const toldAt = useRef(0);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);

  const typed = (value: string): void => {
    setText(value);
    if (!value || Date.now() - toldAt.current < TELL_EVERY) return;
    toldAt.current = Date.now();
    chat.typing(userId);
  };
  const send = (): void => {
    if (!text.trim()) return;
    chat.send(userId, text);
    setText("");
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
      <textarea
        ref={field}
        aria-label="Message"
        placeholder="Write a message"
        rows={Math.min(6, text.split("\n").length)}
        maxLength={MAX_CHARACTERS}
        value={text}
        onInput={({ currentTarget }) => typed(currentTarget.value)}
        onKeyDown={(event) => {
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
