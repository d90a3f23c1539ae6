/** The errors that the client raises. It recovers from those that it can recover from, and raises the others. */

/** The base class of all errors of this package. The message is a sentence for people. */
export class DevConnectError extends Error {}

/** The session has ended, by a logout, by a new password or by expiry: log in again. */
export class SessionEnded extends DevConnectError {}

/** The user has opened one device too many, for which this one was closed: it comes back only if the user asks. */
export class Evicted extends DevConnectError {}

/** The client was closed before the answer arrived. A message that was not acknowledged by then may be stored or not. */
export class ClientClosed extends DevConnectError {}

/** There was no usable answer. The request may have taken effect, and may be repeated. */
export class Unavailable extends DevConnectError {}

/** An internal error of the service, which may recur: the request is repeated, but not for ever. */
export class Fault extends Unavailable {}

/** A rate limit was exceeded; `retryAfter` is in milliseconds. */
export class RateLimited extends DevConnectError {
  constructor(
    sentence: string,
    readonly retryAfter: number,
  ) {
    super(sentence);
  }
}

/** So many frames were refused that the service closes the websocket: wait for `retryAfter`, then reconnect. */
export class Flooding extends RateLimited {}

/**
 * The service refuses the request, and would refuse it again. `code` is its word for the reason, such as `blocked` or
 * `not_found` (docs/protocol.md), and empty where something in front of the service refused it. `fields` is
 * {name: reason} of a `bad_request`.
 */
export class Refused extends DevConnectError {
  constructor(
    sentence: string,
    readonly code: string,
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(sentence);
  }
}

/** The body of an error, whether of a frame or of a response. */
export interface ErrorBody {
  readonly error?: unknown;
  readonly code?: unknown;
  readonly retryAfter?: unknown;
  readonly fields?: unknown;
}

/** After this many faults in a row, the request itself is taken to be the cause. */
const MAX_FAULTS = 10;

/** Returns the error that a frame or a response describes: `{"error": sentence, "code": word}`. */
export function errorOf(body: ErrorBody): DevConnectError {
  const sentence = typeof body.error === "string" ? body.error : "The service gave no reason.";
  switch (body.code) {
    case "unauthorized":
      return new SessionEnded(sentence);
    case "rate_limited":
      return new RateLimited(sentence, milliseconds(body.retryAfter, 1));
    case "flooding":
      return new Flooding(sentence, milliseconds(body.retryAfter, 60));
    case "internal":
      return new Fault(sentence);
    case "unavailable":
      return new Unavailable(sentence);
  }
  if (typeof body.code !== "string" || !body.code) return new Unavailable(sentence);
  return new Refused(sentence, body.code, reasons(body.fields));
}

/** Returns the least number of milliseconds to wait after an error. */
export function retryAfter(error: unknown): number {
  return error instanceof RateLimited ? error.retryAfter : 0;
}

/** Whether to repeat the request; `faults` counts its faults in a row, this error included. */
export function isTemporary(error: DevConnectError, faults: number): boolean {
  if (error instanceof Fault) return faults < MAX_FAULTS;
  return error instanceof RateLimited || error instanceof Unavailable;
}

/** Whether the client ends with this error, rather than connect again. */
export function isFinal(error: unknown): error is SessionEnded | Evicted {
  return error instanceof SessionEnded || error instanceof Evicted;
}

/** Returns the same error about a field that the service would send. */
export function badField(field: string, reason: string): Refused {
  return new Refused(`${field}: ${reason}`, "bad_request", { [field]: reason });
}

function milliseconds(seconds: unknown, otherwise: number): number {
  return 1_000 * (typeof seconds === "number" && seconds >= 0 ? seconds : otherwise);
}

function reasons(fields: unknown): Record<string, string> {
  if (typeof fields !== "object" || fields === null) return {};
  return Object.fromEntries(Object.entries(fields).map(([name, reason]) => [name, String(reason)]));
}
