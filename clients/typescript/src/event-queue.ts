/** Events that wait until they are iterated over. */
export class EventQueue<Item> implements AsyncIterator<Item> {
  readonly #waiting: Item[] = [];
  readonly #readers: (() => void)[] = [];
  #end: { readonly error?: Error } | undefined;

  push(...items: Item[]): void {
    if (this.#end) return;
    this.#waiting.push(...items);
    this.#wake();
  }

  /** Nothing follows: iteration ends after what waits, and rejects with the error if there is one. */
  end(error?: Error): void {
    this.#end ??= error ? { error } : {};
    this.#wake();
  }

  async next(): Promise<IteratorResult<Item, undefined>> {
    for (;;) {
      const item = this.#waiting.shift();
      if (item !== undefined) return { value: item, done: false };
      if (this.#end?.error) throw this.#end.error;
      if (this.#end) return { value: undefined, done: true };
      await new Promise<void>((resolve) => this.#readers.push(resolve));
    }
  }

  #wake(): void {
    for (const reader of this.#readers.splice(0)) reader();
  }
}
