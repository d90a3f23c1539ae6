/** How many notifications are remembered, so that each is delivered only once. */
const MAX_NOTIFICATIONS = 1_000;

/** The ids of the newest notifications, as one may come twice. */
export class SeenNotifications {
  readonly #seen = new Set<string>();

  /** Returns whether a notification is new, and remembers it. */
  add(notificationId: string): boolean {
    if (this.#seen.has(notificationId)) return false;
    this.#seen.add(notificationId);
    const [oldest] = this.#seen;
    if (this.#seen.size > MAX_NOTIFICATIONS && oldest !== undefined) this.#seen.delete(oldest);
    return true;
  }
}
