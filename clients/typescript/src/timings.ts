/** The intervals and time-outs of the client, in milliseconds. */
export interface Timings {
  /** The longest interval of heartbeats. */
  readonly heartbeat: number;
  /** The interval of polling the list of conversations, for what no push has told. */
  readonly polling: number;
  /** How long an answer may take before the request is repeated, or the socket is considered dead. */
  readonly answer: number;
  /** How long an overtaken push may take before the gap is synced. */
  readonly gap: number;
  /** The longest delay after a first failure; it doubles with each further failure. */
  readonly firstDelay: number;
  /** The upper limit of that doubling. */
  readonly longestDelay: number;
  /** A socket that stayed open this long was a success, and its end counts as a first failure again. */
  readonly stable: number;
}

export const DEFAULT_TIMINGS: Timings = {
  heartbeat: 240_000,
  polling: 600_000,
  answer: 10_000,
  gap: 300,
  firstDelay: 500,
  longestDelay: 30_000,
  stable: 30_000,
};
