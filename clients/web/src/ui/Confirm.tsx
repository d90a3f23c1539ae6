import { useLayoutEffect, useRef } from "preact/hooks";

interface ConfirmProps {
  readonly question: string;
  readonly detail: string;
  readonly yes: string;
  readonly no: string;
  readonly confirmed: () => void;
  readonly done: () => void;
}

/** Asks before something is done that cannot be undone. Escape is a no, and the focus is on the no. */
export function Confirm({ question, detail, yes, no, confirmed, done }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="confirm" aria-label={question} onClose={done}>
      <p>{question}</p>
      <p class="muted excerpt">{detail}</p>
      <div class="buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          {no}
        </button>
        <button
          type="button"
          class="danger"
          onClick={() => {
            confirmed();
            dialog.current?.close();
          }}
        >
          {yes}
        </button>
      </div>
    </dialog>
  );
}
