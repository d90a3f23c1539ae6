/** Returns milliseconds of a clock that only moves forward. */
export function now(): number {
  return performance.now();
}
