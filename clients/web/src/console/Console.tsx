import { Rest, type Session } from "@devconnect/client";
import { useMemo, useState } from "preact/hooks";
import { API, readSession, writeSession } from "../session";
import { Login } from "../ui/Login";
import { ThemeButton } from "../ui/ThemeButton";
import { Board } from "./Board";

/** The page for those who run the service. Its session is that of the chat, in the same browser. */
export function Console() {
  const [session, setSession] = useState(readSession);
  const [notice, setNotice] = useState("For administrators and moderators");
  const enter = (entered: Session): void => {
    writeSession(entered);
    setSession(entered);
  };
  const leave = (why: string): void => {
    writeSession(undefined);
    setNotice(why);
    setSession(undefined);
  };
  const rest = useMemo(() => session && new Rest(API, session), [session]);
  if (!rest) return <Login notice={notice} enter={enter} />;
  const logOut = (): void => void rest.logOut().finally(() => leave("You have logged out."));
  return (
    <div class="console">
      <header>
        <h1>Console</h1>
        <a href="/">Chats</a>
        <ThemeButton />
        <button type="button" class="quiet" onClick={logOut}>
          Log out
        </button>
      </header>
      <main>
        <Board rest={rest} ended={() => leave("Your session has ended. Log in again.")} />
      </main>
    </div>
  );
}
