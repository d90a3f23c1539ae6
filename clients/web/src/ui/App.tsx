import type { Session } from "@devconnect/client";
import { useEffect, useState } from "preact/hooks";
import { Chat } from "../model/chat";
import type { State } from "../model/state";
import { API, readSession, writeSession } from "../session";
import { Home } from "./Home";
import { Login } from "./Login";

/** The page: who is not logged in may log in or sign up, and who is may chat. */
export function App() {
  const [session, setSession] = useState(readSession);
  const [notice, setNotice] = useState("");
  const enter = (entered: Session): void => {
    writeSession(entered);
    setNotice("");
    setSession(entered);
  };
  const leave = (why: string): void => {
    writeSession(undefined);
    setNotice(why);
    setSession(undefined);
  };
  if (!session) return <Login notice={notice} enter={enter} />;
  return <LoggedIn key={session.token} session={session} leave={leave} />;
}

function LoggedIn({ session, leave }: { session: Session; leave: (why: string) => void }) {
  const [chat, setChat] = useState<Chat>();
  const [state, setState] = useState<State>();
  useEffect(() => {
    const made = new Chat(API, session, setState, () => leave("Your session has ended. Log in again."));
    setChat(made);
    setState(made.state);
    void made.run();
    const shown = (): void => made.markRead();
    document.addEventListener("visibilitychange", shown);
    return () => {
      document.removeEventListener("visibilitychange", shown);
      made.close();
    };
  }, [session]);
  if (!chat || !state) return null;
  const logOut = (): void => void chat.rest.logOut().finally(() => leave("You have logged out."));
  return <Home chat={chat} state={state} logOut={logOut} />;
}
