import { Refused, type Rest, SessionEnded } from "@devconnect/client";
import { useEffect, useState } from "preact/hooks";
import { Analytics } from "./Analytics";
import { Cases } from "./Cases";
import { type Day, fetchDays } from "./days";

/** What the user may see: nobody is an administrator and a moderator, and most are neither. */
type Seen =
  | { readonly kind: "days"; readonly days: readonly Day[] }
  | { readonly kind: "cases" }
  | { readonly kind: "nothing" }
  | { readonly kind: "problem"; readonly sentence: string };

export function Board({ rest, ended }: { rest: Rest; ended: () => void }) {
  const [seen, setSeen] = useState<Seen>();
  const look = (): void => {
    setSeen(undefined);
    void whatIsSeen(rest).then(setSeen, (error: Error) => {
      if (error instanceof SessionEnded) ended();
      else setSeen({ kind: "problem", sentence: error.message });
    });
  };
  useEffect(look, [rest]);
  switch (seen?.kind) {
    case undefined:
      return (
        <p role="status" class="empty muted">
          Fetching …
        </p>
      );
    case "days":
      return <Analytics days={seen.days} />;
    case "cases":
      return <Cases rest={rest} ended={ended} />;
    case "nothing":
      return (
        <p role="alert" class="empty">
          You are logged in, but neither as an administrator nor as a moderator. Whoever operates this service can make
          you one.
        </p>
      );
    case "problem":
      return (
        <p role="alert" class="empty problem">
          {seen.sentence}{" "}
          <button type="button" onClick={look}>
            Try again
          </button>
        </p>
      );
  }
}

/** Asks for what administrators see, and then for what moderators see, as no call tells a role. */
async function whatIsSeen(rest: Rest): Promise<Seen> {
  const days = await unlessForbidden(() => fetchDays(rest, new Date()));
  if (days) return { kind: "days", days };
  const cases = await unlessForbidden(() => rest.call("get", "/api/moderation/cases", { query: { limit: 1 } }));
  return cases ? { kind: "cases" } : { kind: "nothing" };
}

async function unlessForbidden<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Refused && error.code === "forbidden") return undefined;
    throw error;
  }
}
