import type { Message } from "@devconnect/client";
import type { Chat } from "../model/chat";
import { bubbleId, excerpt } from "./bubbles";

/** How long the message is highlighted that a quote has led to, in milliseconds. */
const HIGHLIGHTED = 1_500;

interface QuoteProps {
  readonly chat: Chat;
  readonly userId: string;
  readonly seq: number;
  /** The message that is answered, if it is among those that are here. */
  readonly quoted: Message | undefined;
  readonly author: string;
}

/** What a message answers; it leads to that message, which is fetched where it is not here yet. */
export function Quote({ chat, userId, seq, quoted, author }: QuoteProps) {
  const lead = async (): Promise<void> => {
    await chat.reach(userId, seq);
    requestAnimationFrame(() => {
      const bubble = document.getElementById(bubbleId(seq));
      bubble?.scrollIntoView({ block: "center" });
      bubble?.focus({ preventScroll: true });
      bubble?.animate([{ boxShadow: "0 0 0 4px var(--accent)" }, { boxShadow: "0 0 0 0 transparent" }], HIGHLIGHTED);
    });
  };
  return (
    <button type="button" class="quote" onClick={() => void lead()}>
      <span class="hidden">Answers </span>
      {quoted ? (
        <>
          <b>{author}</b> <span class="excerpt">{excerpt(quoted)}</span>
        </>
      ) : (
        <span>An earlier message</span>
      )}
    </button>
  );
}
