import { frame } from "./frames.js";
import type { FrameSource } from "./source.js";

/** That this user is typing: it is worth nothing later, and is forgotten with the websocket. */
export class Typing implements FrameSource {
  readonly #to = new Set<string>();

  add(toUserId: string): void {
    this.#to.add(toUserId);
  }

  reconnected(): void {
    this.#to.clear();
  }

  due(): string[] {
    const due = [...this.#to].map((toUserId) => frame({ action: "typing", toUserId }));
    this.reconnected();
    return due;
  }

  nextDue(): number {
    return this.#to.size ? 0 : Infinity;
  }
}
