import type { Message } from "@devconnect/client";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { EDIT_FOR, MAX_CHARACTERS } from "./bubbles";

interface EditorProps {
  readonly message: Message;
  /** Rejects with the reason where the service refuses. */
  readonly save: (text: string) => Promise<void>;
  readonly done: () => void;
}

/** Another text for a message, in its place: Enter saves it, and Escape leaves all as it was. */
export function Editor({ message, save, done }: EditorProps) {
  const [text, setText] = useState(message.text);
  const [isSaving, setSaving] = useState(false);
  const [problem, setProblem] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
  }, []);
  const submit = async (): Promise<void> => {
    if (!text.trim() || isSaving) return;
    if (text === message.text) return done();
    setSaving(true);
    try {
      await save(text);
      done();
    } catch (error) {
      setProblem((error as Error).message);
      setSaving(false);
    }
  };
  const until = new Date(Date.parse(message.ts) + EDIT_FOR);
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key === "Escape") done();
        if (event.key !== "Enter" || event.shiftKey || event.target !== field.current) return;
        event.preventDefault();
        void submit();
      }}
    >
      <textarea
        ref={field}
        aria-label="New text"
        aria-describedby={`hint-${message.seq}`}
        rows={Math.min(8, text.split("\n").length)}
        maxLength={MAX_CHARACTERS}
        value={text}
        readOnly={isSaving}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <p id={`hint-${message.seq}`} class="muted hint">
        Enter saves, Escape cancels. A message can be edited for 15 minutes, this one until{" "}
        {until.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}.
      </p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="buttons">
        <button type="submit" class="primary" disabled={isSaving || !text.trim()}>
          {isSaving ? "Saving …" : "Save"}
        </button>
        <button type="button" onClick={done}>
          Cancel
        </button>
      </div>
    </form>
  );
}
