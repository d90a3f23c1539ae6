import type { Rest } from "@devconnect/client";

/** The most days that one call answers with. */
export const MOST_DAYS = 92;

/** A day in UTC, as the API has it. */
export interface Day {
  readonly date: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly activeUsers: number;
}

/** What is drawn: one figure of each day. */
export const SERIES = {
  "Active users": ({ activeUsers }: Day) => activeUsers,
  Messages: ({ counts }: Day) => counts["MESSAGE_SENT"] ?? 0,
  Connections: ({ counts }: Day) => counts["CONNECTION_ACCEPTED"] ?? 0,
  "Sign-ups": ({ counts }: Day) => counts["USER_SIGNUP"] ?? 0,
} as const;

/** Returns the last days, of which the last one is not over. Rejects as Rest does. */
export async function fetchDays(rest: Rest, now: Date): Promise<readonly Day[]> {
  const first = new Date(now);
  first.setUTCDate(first.getUTCDate() - MOST_DAYS + 1);
  const query = { from: dateOf(first), to: dateOf(now) };
  return (await rest.call("get", "/api/analytics/daily", { query })).days;
}

function dateOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** A date for people: the days are those of UTC, wherever the reader is. */
export function dayName(date: string): string {
  return new Date(`${date}T00:00:00Z`).toLocaleDateString([], { day: "numeric", month: "short", timeZone: "UTC" });
}
