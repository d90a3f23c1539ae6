/** A moment for people, in their own time zone. */
export function dayAndTime(ts: string): string {
  return new Date(ts).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}
