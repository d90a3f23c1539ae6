import { badField } from "./errors.js";

let latest = 0n;

/**
 * Returns a clientMessageId that is greater than the earlier ones of this device, which the service then need not look
 * for: nanoseconds in hexadecimal, and random digits, as other devices of the user make ids too.
 */
export function newClientMessageId(): string {
  const time = BigInt(Date.now()) * 1_000_000n;
  latest = time > latest ? time : latest + 1n;
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return `${latest.toString(16).padStart(16, "0")}-${random.toString(16).padStart(8, "0")}`;
}

/** Throws Refused about `field` if one of them is not a userId: it would make the service refuse a whole frame. */
export function checkUserIds(field: string, userIds: Iterable<string>): void {
  for (const userId of userIds) {
    if (!/^[0-9a-f]{24}$/.test(userId)) {
      throw badField(field, `${userId} is not a userId, which has 24 hexadecimal digits in lower case`);
    }
  }
}
