import type { Message } from "@devconnect/client";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../model/chat";
import { conversationOf, type State } from "../model/state";
import { Composer } from "./Composer";
import { Dot } from "./Conversations";
import { Messages } from "./Messages";
import { nameOf } from "./names";

/** How near the end one must be, in pixels, for new messages to move the view. */
const NEAR = 80;

interface ThreadProps {
  readonly chat: Chat;
  readonly state: State;
  readonly userId: string;
}

/** The open conversation. */
export function Thread({ chat, state, userId }: ThreadProps) {
  const conversation = conversationOf(state, userId);
  const { messages, pending, isUpToDate } = conversation;
  const [answeredSeq, setAnsweredSeq] = useState<number>();
  const answered = messages.find(({ seq }) => seq === answeredSeq);
  const answer = useCallback(({ seq }: Message) => setAnsweredSeq(seq), []);
  const scroller = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const before = useRef({ first: 0, height: 0 });

  // What is being looked at stays where it is when older messages are put above it.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const first = messages[0]?.seq ?? 0;
    if (isAtEnd.current) box.scrollTop = box.scrollHeight;
    else if (first < before.current.first) box.scrollTop += box.scrollHeight - before.current.height;
    before.current = { first, height: box.scrollHeight };
  }, [messages, pending]);

  const scrolled = (): void => {
    const box = scroller.current;
    if (!box) return;
    isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    if (box.scrollTop < 2 * NEAR && conversation.hasOlder) void chat.older(userId);
  };

  return (
    <section class="thread" aria-labelledby="with">
      <header>
        <button type="button" class="quiet back" aria-label="Back to the list" onClick={() => chat.open(undefined)}>
          ‹
        </button>
        <Dot isOnline={state.online[userId] ?? false} />
        <h1 id="with">{nameOf(state, userId)}</h1>
        <span role="status" class="muted">
          {!isUpToDate && "fetching what you missed …"}
          <TypingNow until={state.typing[userId] ?? 0} />
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keyboard */}
      <section class="messages" ref={scroller} onScroll={scrolled} tabIndex={0} aria-label="Messages">
        {conversation.hasOlder && (
          <button type="button" class="quiet" onClick={() => void chat.older(userId)}>
            Older messages
          </button>
        )}
        <Messages chat={chat} state={state} conversation={conversation} answer={answer} />
      </section>
      <Composer
        chat={chat}
        userId={userId}
        answered={answered}
        author={answered?.fromUserId === userId ? nameOf(state, userId) : "yourself"}
        answerNothing={() => setAnsweredSeq(undefined)}
      />
    </section>
  );
}

function TypingNow({ until }: { until: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, until - Date.now()));
    return () => clearTimeout(timer);
  }, [until]);
  return until > now ? <>is typing …</> : null;
}
