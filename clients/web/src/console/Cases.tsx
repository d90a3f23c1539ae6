import { type Rest, SessionEnded } from "@devconnect/client";
import { useEffect, useState } from "preact/hooks";
import { type Case, CaseCard } from "./CaseCard";

const PAGE = 20;
const STATUSES = { open: "Open", suspended: "Suspended" } as const;
type Status = keyof typeof STATUSES;

/** What users have reported, the oldest first, and those users who are suspended. */
export function Cases({ rest, ended }: { rest: Rest; ended: () => void }) {
  const [status, setStatus] = useState<Status>("open");
  const [cases, setCases] = useState<readonly Case[]>();
  const [hasMore, setHasMore] = useState(false);
  const [said, setSaid] = useState("");

  const fetchAfter = async (before: readonly Case[]): Promise<void> => {
    const after = before.at(-1)?.caseId;
    const query = { status, limit: PAGE, ...(after ? { after } : {}) };
    try {
      const page = await rest.call("get", "/api/moderation/cases", { query });
      setCases([...before, ...page.cases]);
      setHasMore(page.hasMore);
    } catch (error) {
      if (error instanceof SessionEnded) ended();
      else setSaid((error as Error).message);
    }
  };
  useEffect(() => {
    setCases(undefined);
    setSaid("");
    void fetchAfter([]);
  }, [rest, status]);

  return (
    <>
      <nav aria-label="Cases">
        {(Object.keys(STATUSES) as Status[]).map((name) => (
          <button key={name} type="button" aria-pressed={status === name} onClick={() => setStatus(name)}>
            {STATUSES[name]}
          </button>
        ))}
      </nav>
      <p role="status">{said || (cases?.length === 0 ? "There are no such cases." : "")}</p>
      <ul class="cases" aria-label={`${STATUSES[status]} cases`}>
        {cases?.map((each) => (
          <CaseCard
            key={each.caseId}
            rest={rest}
            reported={each}
            decided={(sentence) => {
              setSaid(sentence);
              setCases(cases.filter(({ caseId }) => caseId !== each.caseId));
            }}
            ended={ended}
          />
        ))}
      </ul>
      {hasMore && (
        <button type="button" onClick={() => void fetchAfter(cases ?? [])}>
          More cases
        </button>
      )}
    </>
  );
}
