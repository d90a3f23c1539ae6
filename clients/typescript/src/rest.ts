import { type DevConnectError, errorOf, Refused, SessionEnded, Unavailable } from "./errors.js";
import type { Answer, Input, Method, PathOf } from "./rest-types.js";
import { isObject } from "./shapes.js";

/** The longest wait for an answer, in milliseconds. */
const TIMEOUT = 10_000;

/** The signed-in user and the session's token, which is valid for 24 hours or until a logout. */
export interface Session {
  readonly userId: string;
  readonly token: string;
}

/** What a call sends, as the types of rest-types.ts have checked. */
interface Sent {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly path?: Readonly<Record<string, string | number>>;
}

/**
 * The REST API at `baseUrl`, for one user, or without a session.
 *
 * Every method rejects with Unavailable, RateLimited or Refused; methods that act for the user also with SessionEnded.
 */
export class Rest {
  constructor(
    private readonly baseUrl: string,
    private readonly session?: Session,
  ) {}

  /**
   * Make one call, as the OpenAPI document describes it: `call("get", "/api/users/{userId}", {path: {userId}})` resolves
   * to the JSON of the answer. `signal` takes the request back.
   */
  async call<M extends Method, P extends PathOf<M>>(
    method: M,
    path: P,
    input?: Input<M, P>,
    signal?: AbortSignal,
  ): Promise<Answer<M, P>> {
    const { body, query, path: fields }: Sent = input ?? {};
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(fields?.[name] ?? ""));
    const given = Object.entries(query ?? {}).flatMap(([name, value]) =>
      value == null ? [] : [[name, String(value)]],
    );
    const search = given.length ? `?${new URLSearchParams(given)}` : "";
    return (await this.#fetch(method, filled + search, body, signal)) as Answer<M, P>;
  }

  /** Create an account, unless the address has one: nobody but its owner is told that, by mail. Log in next. */
  async signUp(emailId: string, password: string, firstName: string, lastName: string): Promise<void> {
    await this.call("post", "/api/signup", { body: { emailId, password, firstName, lastName } });
  }

  /** Rejects with Refused, `bad_credentials`, where the address or the password is wrong. */
  async logIn(emailId: string, password: string): Promise<Session> {
    const { userId, token } = await this.call("post", "/api/login", { body: { emailId, password } });
    return { userId, token };
  }

  /** End the session, and with it every websocket that was opened with it. */
  async logOut(): Promise<void> {
    await this.call("post", "/api/logout", { body: {} });
  }

  async #fetch(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
    const headers: Record<string, string> = {};
    if (this.session) headers["Authorization"] = `Bearer ${this.session.token}`;
    const sent = body ?? (method === "post" ? {} : undefined);
    if (sent) headers["Content-Type"] = "application/json";
    const patience = AbortSignal.timeout(TIMEOUT);
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    for (const each of [patience, signal]) each?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    let status: number;
    let answer: unknown;
    try {
      const response = await fetch(this.baseUrl + path, {
        method: method.toUpperCase(),
        headers,
        signal: abort.signal,
        credentials: "omit", // login sets a cookie; only the session may say which user this client acts for
        ...(sent ? { body: JSON.stringify(sent) } : {}),
      });
      status = response.status;
      const text = await response.text();
      answer = text ? JSON.parse(text) : undefined;
    } catch (error) {
      // A proxy may respond with anything.
      throw new Unavailable(`${path} was not answered: ${error}`);
    } finally {
      for (const each of [patience, signal]) each?.removeEventListener("abort", stop);
    }
    if (status >= 200 && status < 300) return answer;
    throw refusal(status, answer);
  }
}

/** A response without a `code` was not made by the service itself, but by something in front of it. */
function refusal(status: number, body: unknown): DevConnectError {
  if (isObject(body) && "code" in body) return errorOf(body);
  if (status === 401) return new SessionEnded("The session has ended.");
  if (status >= 400 && status < 500) return new Refused(`HTTP status ${status}`, "");
  return new Unavailable(`HTTP status ${status}`);
}
