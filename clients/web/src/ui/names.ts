import type { State } from "../model/state";

export function nameOf(state: State, userId: string): string {
  const person = state.people[userId];
  return person ? `${person.firstName} ${person.lastName}` : "…";
}

export function timeOf(ts: string): string {
  if (!ts) return "";
  const date = new Date(ts);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday
    ? date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    : date.toLocaleDateString([], { day: "numeric", month: "short" });
}
