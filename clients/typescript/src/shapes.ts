/** Which fields an incoming frame must have: whatever comes over the network is looked at before it is believed. */

/** Says whether a value of JSON is of a kind. */
export type Check = (value: unknown) => boolean;

/** The fields that an object must have; it may have others. */
export type Shape = Readonly<Record<string, Check>>;

export const text: Check = (value) => typeof value === "string";
export const truth: Check = (value) => typeof value === "boolean";
export const amount: Check = (value) => typeof value === "number" && value >= 0;
export const seq: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 1;
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null || check(value);
export const object =
  (shape: Shape): Check =>
  (value) =>
    isObject(value) && Object.entries(shape).every(([name, check]) => check(value[name]));
export const list =
  (shape: Shape): Check =>
  (value) =>
    Array.isArray(value) && value.every(object(shape));

/** Whether a value of JSON is an object, whose fields may be anything. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
