import type { Message } from "@devconnect/client";
import { memo } from "preact/compat";
import { useMemo } from "preact/hooks";
import type { Chat } from "../model/chat";
import type { Conversation, State } from "../model/state";
import { Bubble } from "./Bubble";
import { MessageText } from "./MessageText";
import { nameOf } from "./names";
import { Quote } from "./Quote";

/** How many messages are laid out together: the browser passes over groups that are out of sight. */
const GROUP = 50;

interface MessagesProps {
  readonly chat: Chat;
  readonly state: State;
  readonly conversation: Conversation;
  readonly answer: (message: Message) => void;
}

/** The messages in their order, and behind them those that are being sent. */
export function Messages({ chat, state, conversation, answer }: MessagesProps) {
  const { userId, messages, pending, theirReadSeq } = conversation;
  const groups = useMemo(() => grouped(messages), [messages]);
  const bySeq = useMemo(() => new Map(messages.map((message) => [message.seq, message])), [messages]);
  const theirName = nameOf(state, userId);
  return (
    <>
      {groups.map((group) => (
        <Group
          key={Math.floor((group[0]?.seq ?? 0) / GROUP)}
          chat={chat}
          userId={userId}
          theirName={theirName}
          group={group}
          quoted={group.map(({ replyTo }) => (replyTo ? bySeq.get(replyTo) : undefined))}
          answer={answer}
          readSeq={theirReadSeq}
        />
      ))}
      {pending.length > 0 && (
        <ol class="group" aria-label="Not sent yet">
          {pending.map(({ clientMessageId, text, replyTo, refusal }) => (
            <li key={clientMessageId} class="bubble is-own is-pending">
              {replyTo && (
                <Quote
                  chat={chat}
                  userId={userId}
                  seq={replyTo}
                  quoted={bySeq.get(replyTo)}
                  author={bySeq.get(replyTo)?.fromUserId === userId ? theirName : "You"}
                />
              )}
              <MessageText text={text} />
              {refusal ? (
                <footer class="problem" role="alert">
                  Not sent: {refusal}
                  <button type="button" onClick={() => chat.forget(userId, clientMessageId)}>
                    Remove
                  </button>
                </footer>
              ) : (
                <footer class="muted">sending …</footer>
              )}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

interface GroupProps {
  readonly chat: Chat;
  readonly userId: string;
  readonly theirName: string;
  readonly group: readonly Message[];
  /** What each of them answers, if it is here. */
  readonly quoted: readonly (Message | undefined)[];
  readonly answer: (message: Message) => void;
  readonly readSeq: number;
}

const Group = memo(
  ({ chat, userId, theirName, group, quoted, answer, readSeq }: GroupProps) => (
    <ol class="group">
      {group.map((message, index) => (
        <Bubble
          key={message.seq}
          chat={chat}
          message={message}
          userId={userId}
          theirName={theirName}
          quoted={quoted[index]}
          answer={answer}
          isRead={message.seq <= readSeq}
        />
      ))}
    </ol>
  ),
  (before, after) =>
    before.readSeq === after.readSeq &&
    before.theirName === after.theirName &&
    areSame(before.group, after.group) &&
    areSame(before.quoted, after.quoted),
);

function areSame<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

/** Divides the messages into groups that stay the same while others are put before or behind them. */
function grouped(messages: readonly Message[]): Message[][] {
  const groups = new Map<number, Message[]>();
  for (const message of messages) {
    const number = Math.floor(message.seq / GROUP);
    const group = groups.get(number);
    if (group) group.push(message);
    else groups.set(number, [message]);
  }
  return [...groups.values()];
}
