import type { Message } from "@devconnect/client";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../model/chat";
import { isIgnored, readRequest, requestOf } from "../model/requests";
import type { State } from "../model/state";
import { Content } from "./Bubble";
import { Confirm } from "./Confirm";
import { nameOf, timeOf } from "./names";

interface RequestThreadProps {
  readonly chat: Chat;
  readonly state: State;
  readonly userId: string;
}

/** What a stranger has written, who learns nothing of its being read, and what this user may answer. */
export function RequestThread({ chat, state, userId }: RequestThreadProps) {
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const [problem, setProblem] = useState("");
  const [isBlocking, setBlocking] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  const lastAt = requestOf(state, userId)?.lastAt;
  const hasIgnored = isIgnored(state, userId);
  const attempt = (what: Promise<void>): void =>
    void what.then(
      () => setProblem(""),
      (error: Error) => setProblem(error.message),
    );
  useEffect(() => title.current?.focus(), []);
  useEffect(() => attempt(readRequest(chat.rest, userId).then(setMessages)), [chat, userId, lastAt]);
  const answer = (what: "accepted" | "ignored" | "blocked") => attempt(chat.answerRequest(userId, what));
  const name = nameOf(state, userId);
  const { about, skills = [] } = state.people[userId] ?? {};

  return (
    <section class="thread" aria-labelledby="from">
      <header>
        <button type="button" class="quiet back" aria-label="Back to the list" onClick={() => chat.open(undefined)}>
          ‹
        </button>
        <h1 id="from" ref={title} tabIndex={-1}>
          {name} would like to write to you
        </h1>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keyboard */}
      <section class="messages" tabIndex={0} aria-label="Messages">
        {(about || skills.length > 0) && (
          <p class="stranger muted">{[about, skills.join(" · ")].filter(Boolean).join(" — ")}</p>
        )}
        <ol class="group">
          {messages.map((message) => (
            <li key={message.seq} class={message.fromUserId === userId ? "bubble" : "bubble is-own"}>
              <Content message={message} />
              <footer class="muted">
                <time dateTime={message.ts}>{timeOf(message.ts)}</time>
              </footer>
            </li>
          ))}
        </ol>
      </section>
      <footer class="answers">
        <p class="muted">
          {hasIgnored
            ? "You ignore this. They are not told, and you may still accept it."
            : "They are not told that you have read this, nor that you ignore it."}
        </p>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <div class="buttons">
          <button type="button" class="primary" onClick={() => answer("accepted")}>
            Accept
          </button>
          {!hasIgnored && (
            <button type="button" onClick={() => answer("ignored")}>
              Ignore
            </button>
          )}
          <button type="button" class="danger" onClick={() => setBlocking(true)}>
            Block
          </button>
        </div>
      </footer>
      {isBlocking && (
        <Confirm
          question={`Block ${name}?`}
          detail="They can write to you no more."
          yes="Block"
          no="Cancel"
          confirmed={() => answer("blocked")}
          done={() => setBlocking(false)}
        />
      )}
    </section>
  );
}
