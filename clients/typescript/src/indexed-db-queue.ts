import type { QueuedMessage } from "./drafts.js";
import type { MessageQueue } from "./message-queue.js";

const DATABASE = "devconnect-client";
const STORE = "queue";
const BY_OWNER = "ownerId";

/** The offline queue of a page: it is shared by all tabs of one user, and survives them. */
export class IndexedDbQueue implements MessageQueue {
  #database: Promise<IDBDatabase> | undefined;

  constructor(private readonly ownerId: string) {}

  async load(): Promise<readonly QueuedMessage[]> {
    const store = (await this.#open()).transaction(STORE).objectStore(STORE);
    const kept: QueuedMessage[] = await done(store.index(BY_OWNER).getAll(this.ownerId));
    return kept.map(({ clientMessageId, toUserId, text, replyTo }) => ({
      clientMessageId,
      toUserId,
      text,
      ...(replyTo ? { replyTo } : {}),
    }));
  }

  async add(message: QueuedMessage): Promise<void> {
    await this.#write((store) => store.put({ ...message, ownerId: this.ownerId }));
  }

  async remove(clientMessageId: string): Promise<void> {
    await this.#write((store) => store.delete(clientMessageId));
  }

  async #write(change: (store: IDBObjectStore) => void): Promise<void> {
    const transaction = (await this.#open()).transaction(STORE, "readwrite", { durability: "strict" });
    change(transaction.objectStore(STORE));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= open();
    return this.#database;
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(STORE, { keyPath: "clientMessageId" });
    store.createIndex(BY_OWNER, BY_OWNER);
  };
  return done(request);
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
