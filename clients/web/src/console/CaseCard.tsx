import { type Rest, type RestTypes, SessionEnded } from "@devconnect/client";
import { useState } from "preact/hooks";
import { Confirm } from "../ui/Confirm";
import { dayAndTime } from "./times";

export type Case = RestTypes["schemas"]["CaseResponse"];
type Details = RestTypes["schemas"]["CaseDetailsResponse"];

const REASONS = ["spam", "harassment", "impersonation", "illegal", "other"] as const;
/** What may be done with an open case, and with a suspended user; and what the moderator is told then. */
const ACTS = {
  dismiss: { label: "Dismiss", done: "The case is dismissed.", needsReason: false },
  warn: { label: "Warn", done: "The user is warned.", needsReason: true },
  suspend: { label: "Suspend", done: "The user is suspended.", needsReason: true },
  reinstate: { label: "Reinstate", done: "The user is reinstated.", needsReason: false },
} as const;
type Act = keyof typeof ACTS;

interface CaseCardProps {
  readonly rest: Rest;
  readonly reported: Case;
  readonly decided: (sentence: string) => void;
  readonly ended: () => void;
}

/** One case: what was reported, by how many and why, and what may be done with it. */
export function CaseCard({ rest, reported, decided, ended }: CaseCardProps) {
  const [details, setDetails] = useState<Details>();
  const [reason, setReason] = useState<(typeof REASONS)[number]>("spam");
  const [isSuspending, setSuspending] = useState(false);
  const [problem, setProblem] = useState("");
  const { caseId, userId, status, openedAt, reports, message, profile } = reported;
  const path = { caseId };
  const attempt = async (task: () => Promise<void>): Promise<void> => {
    try {
      await task();
    } catch (error) {
      if (error instanceof SessionEnded) ended();
      else setProblem((error as Error).message);
    }
  };
  const look = () =>
    attempt(async () => setDetails(await rest.call("get", "/api/moderation/cases/{caseId}", { path })));
  const decide = (act: Act) =>
    attempt(async () => {
      const body = ACTS[act].needsReason ? { act, reason } : { act };
      await rest.call("post", "/api/moderation/cases/{caseId}/acts", { path, body });
      decided(ACTS[act].done);
    });
  const acts: Act[] = status === "suspended" ? ["reinstate"] : ["dismiss", "warn", "suspend"];
  return (
    <li class="card">
      <h2>{message ? "Reported message" : "Reported profile"}</h2>
      {message && <blockquote>{message.message}</blockquote>}
      {profile && (
        <blockquote>
          {profile.firstName} {profile.lastName}
          {profile.about && <p>{profile.about}</p>}
        </blockquote>
      )}
      {!message && !profile && <p class="muted">The evidence was deleted.</p>}
      <p class="muted">
        Of {userId}. {reports === 1 ? "1 report" : `${reports} reports`} since {dayAndTime(openedAt)}.
      </p>
      {details ? (
        <ul>
          {details.firstReports.map(({ userId: by, at, reason: why, note }) => (
            <li key={by}>
              {why}
              {note && `: ${note}`} <span class="muted">({dayAndTime(at)})</span>
            </li>
          ))}
        </ul>
      ) : (
        <button type="button" onClick={() => void look()}>
          What was said
        </button>
      )}
      <div class="buttons">
        {acts.some((act) => ACTS[act].needsReason) && (
          <label>
            Reason
            <select
              value={reason}
              onChange={({ currentTarget }) => setReason(currentTarget.value as (typeof REASONS)[number])}
            >
              {REASONS.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        )}
        {acts.map((act) => (
          <button
            key={act}
            type="button"
            class={act === "suspend" ? "danger" : ""}
            onClick={() => (act === "suspend" ? setSuspending(true) : void decide(act))}
          >
            {ACTS[act].label}
          </button>
        ))}
      </div>
      {isSuspending && (
        <Confirm
          question="Suspend this user?"
          detail={`For ${reason}. They are logged out at once, and told why.`}
          yes="Suspend the user"
          no="Not now"
          confirmed={() => void decide("suspend")}
          done={() => setSuspending(false)}
        />
      )}
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}
