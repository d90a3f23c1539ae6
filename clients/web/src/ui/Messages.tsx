import type { Message } from "@devconnect/client";
import { memo } from "preact/compat";
import { useMemo } from "preact/hooks";
import type { Chat } from "../model/chat";
import type { Conversation, State } from "../model/state";
import { Bubble } from "./Bubble";
import { MessageText } from "./MessageText";

/** How many messages are laid out together: the browser passes over groups that are out of sight. */
const GROUP = 50;

interface MessagesProps {
  readonly chat: Chat;
  readonly state: State;
  readonly conversation: Conversation;
}

/** The messages in their order, and behind them those that are being sent. */
export function Messages({ chat, state, conversation: { userId, messages, pending, theirReadSeq } }: MessagesProps) {
  const groups = useMemo(() => grouped(messages), [messages]);
  return (
    <>
      {groups.map((group) => (
        <Group
          key={Math.floor((group[0]?.seq ?? 0) / GROUP)}
          chat={chat}
          userId={userId}
          ownId={state.ownId}
          group={group}
          readSeq={theirReadSeq}
        />
      ))}
      {pending.length > 0 && (
        <ol class="group" aria-label="Not sent yet">
          {pending.map(({ clientMessageId, text, refusal }) => (
            <li key={clientMessageId} class="bubble is-own is-pending">
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
  readonly ownId: string;
  readonly group: readonly Message[];
  readonly readSeq: number;
}

const Group = memo(
  ({ chat, userId, ownId, group, readSeq }: GroupProps) => (
    <ol class="group">
      {group.map((message) => (
        <Bubble
          key={message.seq}
          chat={chat}
          message={message}
          userId={userId}
          isOwn={message.fromUserId === ownId}
          isRead={message.seq <= readSeq}
        />
      ))}
    </ol>
  ),
  (before, after) =>
    before.readSeq === after.readSeq &&
    before.group.length === after.group.length &&
    before.group.every((message, index) => message === after.group[index]),
);

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
