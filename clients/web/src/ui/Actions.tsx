import type { Message } from "@devconnect/client";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { isEditable } from "./bubbles";

const EMOJI = { "👍": "thumbs up", "❤️": "a heart", "😂": "laughter", "🎉": "a party" } as const;

interface ActionsProps {
  readonly message: Message;
  readonly isOwn: boolean;
  /** This user's reaction. */
  readonly mine: string | undefined;
  readonly react: (emoji: string | null) => void;
  readonly answer: () => void;
  readonly edit: () => void;
  readonly remove: () => void;
}

/** What one may do with a message. It is opened by its button, and closed by a choice or by Escape. */
export function Actions({ message, isOwn, mine, react, answer, edit, remove }: ActionsProps) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const buttons = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => buttons.current?.scrollIntoView({ block: "nearest" }), [isOpen]);
  const choose = (act: () => void) => () => {
    setOpen(false);
    opener.current?.focus();
    act();
  };
  const closeAtEscape = ({ key }: KeyboardEvent): void => {
    if (key !== "Escape" || !isOpen) return;
    setOpen(false);
    opener.current?.focus();
  };
  return (
    <>
      <button
        ref={opener}
        type="button"
        class="quiet opener"
        aria-label="Actions"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={closeAtEscape}
      >
        ⋯
      </button>
      {isOpen && (
        // biome-ignore lint/a11y/noStaticElementInteractions: its buttons can be used, and Escape leaves all of them
        <div ref={buttons} class="buttons actions" onKeyDown={closeAtEscape}>
          {Object.entries(EMOJI).map(([emoji, word]) => (
            <button
              key={emoji}
              type="button"
              class={mine === emoji ? "is-chosen" : ""}
              aria-label={`React with ${word}`}
              aria-pressed={mine === emoji}
              onClick={choose(() => react(mine === emoji ? null : emoji))}
            >
              {emoji}
            </button>
          ))}
          <button type="button" onClick={choose(answer)}>
            Reply
          </button>
          {isOwn && isEditable(message, Date.now()) && (
            <button type="button" onClick={choose(edit)}>
              Edit
            </button>
          )}
          {isOwn && (
            <button type="button" onClick={choose(remove)}>
              Delete
            </button>
          )}
        </div>
      )}
    </>
  );
}
