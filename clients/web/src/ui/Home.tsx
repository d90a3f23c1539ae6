import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../model/chat";
import { isRequest } from "../model/requests";
import type { State } from "../model/state";
import { Conversations } from "./Conversations";
import { NetworkBar } from "./NetworkBar";
import { Notices } from "./Notices";
import { People } from "./People";
import { IgnoredRequests, Requests } from "./Requests";
import { RequestThread } from "./RequestThread";
import { ThemeButton } from "./ThemeButton";
import { Thread } from "./Thread";

const TABS = { chats: "Chats", people: "People", notices: "Notices" } as const;
type Tab = keyof typeof TABS;

interface HomeProps {
  readonly chat: Chat;
  readonly state: State;
  readonly logOut: () => void;
}

/** Everything that a user sees who is logged in: lists on one side, and the open conversation on the other. */
export function Home({ chat, state, logOut }: HomeProps) {
  const [tab, setTab] = useState<Tab>("chats");
  const { openId } = state;
  const tabs = useRef<HTMLElement>(null);
  const wasOpen = useRef(openId);
  // What had the focus is gone with the conversation that was open.
  useEffect(() => {
    if (wasOpen.current && !openId) tabs.current?.querySelector<HTMLElement>("[aria-pressed=true]")?.focus();
    wasOpen.current = openId;
  }, [openId]);
  const unread: Record<Tab, number> = {
    chats: Object.values(state.conversations).reduce((sum, each) => sum + each.unread, 0),
    people: 0,
    notices: state.notices.filter(({ isRead }) => !isRead).length,
  };
  return (
    <main class={openId ? "home is-open" : "home"}>
      <div class="side">
        <header>
          <h1>DevConnect</h1>
          <ThemeButton />
          <button type="button" class="quiet" onClick={logOut}>
            Log out
          </button>
        </header>
        <nav aria-label="Lists" ref={tabs}>
          {(Object.keys(TABS) as Tab[]).map((name) => (
            <button key={name} type="button" aria-pressed={tab === name} onClick={() => setTab(name)}>
              {TABS[name]}
              {unread[name] > 0 && <Count number={unread[name]} />}
            </button>
          ))}
        </nav>
        {tab === "chats" && <Requests chat={chat} state={state} />}
        {tab === "chats" && <Conversations chat={chat} state={state} />}
        {tab === "chats" && <IgnoredRequests chat={chat} state={state} />}
        {tab === "people" && <People chat={chat} />}
        {tab === "notices" && <Notices chat={chat} state={state} />}
      </div>
      <div class="talk">
        <NetworkBar network={state.network} chat={chat} />
        {!openId && <p class="empty muted">Choose a conversation, or find somebody under People.</p>}
        {openId && isRequest(state, openId) && <RequestThread key={openId} chat={chat} state={state} userId={openId} />}
        {openId && !isRequest(state, openId) && <Thread key={openId} chat={chat} state={state} userId={openId} />}
      </div>
    </main>
  );
}

export function Count({ number }: { number: number }) {
  return (
    <span class="count">
      {number}
      <span class="hidden"> unread</span>
    </span>
  );
}
