/** Something that has frames to send. Times are milliseconds of the client's clock. */
export interface FrameSource {
  /** A new websocket is open: frames of the previous one get no answer any more. */
  reconnected(now: number): void;
  /** Returns the frames to be sent now. */
  due(now: number): string[];
  /** Returns the time at which `due` may return the next frame; Infinity if nothing is waiting. */
  nextDue(): number;
}
