import type { Message } from "@devconnect/client";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../model/chat";
import { Actions } from "./Actions";
import { bubbleId } from "./bubbles";
import { Confirm } from "./Confirm";
import { Editor } from "./Editor";
import { MessageText } from "./MessageText";
import { timeOf } from "./names";
import { Quote } from "./Quote";
import { Reactions } from "./Reactions";

interface BubbleProps {
  readonly chat: Chat;
  readonly message: Message;
  readonly quoted: Message | undefined;
  readonly userId: string;
  readonly theirName: string;
  readonly isRead: boolean;
  readonly answer: (message: Message) => void;
}

/** One message, with what one may do with it. */
export function Bubble({ chat, message, quoted, userId, theirName, isRead, answer }: BubbleProps) {
  const [doing, setDoing] = useState<"editing" | "deleting">();
  const [problem, setProblem] = useState("");
  const bubble = useRef<HTMLLIElement>(null);
  const attempt = (done: Promise<unknown> | undefined): void =>
    void done?.then(
      () => setProblem(""),
      (error: Error) => setProblem(error.message),
    );
  const wasDoing = useRef(doing);
  // What had the focus is gone now.
  useLayoutEffect(() => {
    if (wasDoing.current && !doing) bubble.current?.focus();
    wasDoing.current = doing;
  }, [doing]);
  const done = (): void => setDoing(undefined);
  const { seq, text, deleted } = message;
  const isOwn = message.fromUserId === chat.state.ownId;
  return (
    <li ref={bubble} id={bubbleId(seq)} tabIndex={-1} class={isOwn ? "bubble is-own" : "bubble"}>
      {message.replyTo && (
        <Quote
          chat={chat}
          userId={userId}
          seq={message.replyTo}
          quoted={quoted}
          author={quoted?.fromUserId === userId ? theirName : "You"}
        />
      )}
      {doing === "editing" ? (
        <Editor message={message} save={async (changed) => void (await chat.edit(userId, seq, changed))} done={done} />
      ) : (
        <Content message={message} />
      )}
      <Reactions reactions={message.reactions ?? {}} ownId={chat.state.ownId} theirName={theirName} />
      <footer class="muted">
        {message.editedAt && !deleted && "edited · "}
        <time dateTime={message.ts}>{timeOf(message.ts)}</time>
        {isOwn && <span>{isRead ? " · read" : " · sent"}</span>}
        {!deleted && doing !== "editing" && (
          <Actions
            message={message}
            isOwn={isOwn}
            mine={message.reactions?.[chat.state.ownId]}
            react={(emoji) => attempt(chat.react(userId, seq, emoji))}
            answer={() => answer(message)}
            edit={() => setDoing("editing")}
            remove={() => setDoing("deleting")}
          />
        )}
      </footer>
      {doing === "deleting" && (
        <Confirm
          question="Delete this message for both of you?"
          detail={text}
          yes="Delete"
          no="Keep it"
          confirmed={() => attempt(chat.delete(userId, seq))}
          done={done}
        />
      )}
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}

/** The text of a message, or why there is none. */
export function Content({ message: { deleted, text } }: { message: Message }) {
  if (deleted) return <em class="muted">This message was deleted.</em>;
  return text ? <MessageText text={text} /> : <em class="muted">The service has lost this message.</em>;
}
