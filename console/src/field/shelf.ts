// The device's own database for what waits to be sent: it outlives a closed page and a dead phone.
import type { Act, Shelf } from "./queue";

const NAME = "liandong.field";
const STORE = "acts";

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error ?? new Error("no database"));
  });
}

export class DeviceShelf implements Shelf {
  #opening: Promise<IDBDatabase> | null = null;

  #open(): Promise<IDBDatabase> {
    this.#opening ??= new Promise<IDBDatabase>((done, failed) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "n" });
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error ?? new Error("no database"));
    });
    return this.#opening;
  }

  async #store(mode: IDBTransactionMode): Promise<{ store: IDBObjectStore; written: Promise<void> }> {
    const database = await this.#open();
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const written = new Promise<void>((done, failed) => {
      transaction.oncomplete = () => done();
      transaction.onabort = () => failed(transaction.error ?? new Error("not written"));
    });
    return { store: transaction.objectStore(STORE), written };
  }

  async all(): Promise<Act[]> {
    const { store } = await this.#store("readonly");
    return asked(store.getAll() as IDBRequest<Act[]>);
  }

  async put(act: Act): Promise<void> {
    const { store, written } = await this.#store("readwrite");
    store.put(act);
    await written;
  }

  async remove(n: number): Promise<void> {
    const { store, written } = await this.#store("readwrite");
    store.delete(n);
    await written;
  }
}
