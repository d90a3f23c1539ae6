import { Refused, Rest, type Session } from "@devconnect/client";
import { useState } from "preact/hooks";
import { API } from "../session";

const FIELDS = {
  firstName: { label: "First name", type: "text", autocomplete: "given-name" },
  lastName: { label: "Last name", type: "text", autocomplete: "family-name" },
  emailId: { label: "Email", type: "email", autocomplete: "email" },
  password: { label: "Password", type: "password", autocomplete: "current-password" },
} as const;

type Field = keyof typeof FIELDS;

/** Log in, or sign up and log in. */
export function Login({ notice, enter }: { notice: string; enter: (session: Session) => void }) {
  const [isNew, setNew] = useState(false);
  const [problem, setProblem] = useState("");
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});
  const [isBusy, setBusy] = useState(false);
  const shown: Field[] = isNew ? ["firstName", "lastName", "emailId", "password"] : ["emailId", "password"];

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const value = (field: Field): string => String(form.get(field) ?? "");
    setBusy(true);
    setProblem("");
    setWrong({});
    try {
      const rest = new Rest(API);
      const [emailId, password] = [value("emailId"), value("password")];
      if (isNew) await rest.signUp(emailId, password, value("firstName"), value("lastName"));
      enter(await rest.logIn(emailId, password));
    } catch (error) {
      setProblem((error as Error).message);
      if (error instanceof Refused) setWrong(error.fields);
      setBusy(false);
    }
  };

  return (
    <main class="login">
      <form onSubmit={submit} aria-labelledby="title">
        <h1 id="title">DevConnect</h1>
        <p class="muted">{isNew ? "A new account" : "Talk with other developers"}</p>
        {notice && <p role="status">{notice}</p>}
        {shown.map((field) => (
          <label key={field}>
            {FIELDS[field].label}
            <input
              name={field}
              type={FIELDS[field].type}
              autocomplete={isNew && field === "password" ? "new-password" : FIELDS[field].autocomplete}
              required
              aria-invalid={field in wrong}
            />
            {wrong[field] && <span class="problem">{wrong[field]}</span>}
          </label>
        ))}
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="primary" disabled={isBusy}>
          {isNew ? "Sign up" : "Log in"}
        </button>
        <button type="button" class="quiet" onClick={() => setNew(!isNew)}>
          {isNew ? "I have an account" : "I am new here"}
        </button>
      </form>
    </main>
  );
}
