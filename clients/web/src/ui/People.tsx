import { Refused } from "@devconnect/client";
import { useEffect, useState } from "preact/hooks";
import type { Chat } from "../model/chat";
import type { Person } from "../model/state";
import { UNCONFIRMED, Unconfirmed } from "./Unconfirmed";

/** Find people by skill, write to them or ask them for a connection, and answer those who have asked. */
export function People({ chat }: { chat: Chat }) {
  const [skills, setSkills] = useState("");
  const [found, setFound] = useState<readonly Person[]>([]);
  const [asking, setAsking] = useState<readonly Person[]>([]);
  const [said, setSaid] = useState("");
  const [isUnconfirmed, setUnconfirmed] = useState(false);
  const attempt = (what: Promise<void>): void =>
    void what.catch((error: Error) => {
      const isUnverified = error instanceof Refused && error.code === "unverified";
      setUnconfirmed(isUnverified);
      setSaid(isUnverified ? UNCONFIRMED : error.message);
    });

  const search = async (): Promise<void> => {
    const wanted = skills.trim();
    const { users } = wanted
      ? await chat.rest.call("get", "/api/search", { query: { skills: wanted, limit: 20 } })
      : await chat.rest.call("get", "/api/feed", { query: { limit: 20 } });
    setFound(users);
    setSaid(users.length ? "" : "Nobody was found.");
  };
  const requests = async (): Promise<void> => {
    const answer = await chat.rest.call("get", "/api/connections/requests", { query: { limit: 50 } });
    setAsking(answer.requests);
  };
  useEffect(() => {
    attempt(search());
    attempt(requests());
  }, []);

  const ask = async ({ userId, firstName }: Person): Promise<void> => {
    await chat.rest.call("post", "/api/connections/{userId}", { path: { userId }, body: { status: "interested" } });
    setFound(found.filter((each) => each.userId !== userId));
    setUnconfirmed(false);
    setSaid(`${firstName} has been asked.`);
  };
  const answer = async ({ userId, firstName }: Person, status: "accepted" | "rejected"): Promise<void> => {
    await chat.rest.call("post", "/api/connections/requests/{userId}", { path: { userId }, body: { status } });
    setAsking(asking.filter((each) => each.userId !== userId));
    setSaid(status === "accepted" ? `You and ${firstName} are connected.` : "");
    if (status === "accepted") chat.open(userId);
  };

  return (
    <div class="people">
      {asking.length > 0 && (
        <section aria-labelledby="asking">
          <h2 id="asking">Requests</h2>
          {asking.map((person) => (
            <Card key={person.userId} person={person}>
              <button type="button" class="primary" onClick={() => attempt(answer(person, "accepted"))}>
                Accept
              </button>
              <button type="button" onClick={() => attempt(answer(person, "rejected"))}>
                Reject
              </button>
            </Card>
          ))}
        </section>
      )}
      <section aria-labelledby="find">
        <h2 id="find">Find people</h2>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            attempt(search());
          }}
        >
          <label>
            Skills
            <input
              value={skills}
              placeholder="python, react"
              onInput={({ currentTarget }) => setSkills(currentTarget.value)}
            />
          </label>
          <button type="submit">Search</button>
        </form>
        <p role="status">{said}</p>
        {isUnconfirmed && <Unconfirmed rest={chat.rest} say={setSaid} />}
        {found.map((person) => (
          <Card key={person.userId} person={person}>
            <button type="button" onClick={() => attempt(ask(person))}>
              Connect
            </button>
            <button type="button" onClick={() => chat.open(person.userId)}>
              Write
            </button>
          </Card>
        ))}
      </section>
    </div>
  );
}

function Card({ person, children }: { person: Person; children: preact.ComponentChildren }) {
  return (
    <article class="card">
      <h3>
        {person.firstName} {person.lastName}
      </h3>
      {person.about && <p>{person.about}</p>}
      {person.skills.length > 0 && <p class="muted">{person.skills.join(" · ")}</p>}
      <div class="buttons">{children}</div>
    </article>
  );
}
