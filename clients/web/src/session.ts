import type { Session } from "@devconnect/client";

const KEY = "devconnect-session";

/** Where the API is: beside the page, unless the build names another address. */
export const API: string = import.meta.env["VITE_API"] ?? location.origin;

/** The session of this browser, which all tabs share; undefined where nobody is logged in. */
export function readSession(): Session | undefined {
  try {
    const { userId, token } = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof userId === "string" && typeof token === "string" ? { userId, token } : undefined;
  } catch {
    return undefined;
  }
}

export function writeSession(session: Session | undefined): void {
  if (session) localStorage.setItem(KEY, JSON.stringify(session));
  else localStorage.removeItem(KEY);
}
