// Files on their way to a case, one after another. They go on while the person looks elsewhere.
import { newKey, Problem, problemOf } from "../api/http";
import { cache } from "../live/cache";

export interface Upload {
  id: number;
  case: string;
  file: File;
  name: string;
  /** The same for every try, so that a repeat is a repeat. */
  key: string;
  state: "waiting" | "sending" | "failed" | "stopped";
  percent: number;
  error: unknown;
}

/** Sends one file; the answer breaks it off. */
export type Send = (
  upload: Pick<Upload, "case" | "file" | "name" | "key">,
  heard: { progress(percent: number): void; done(): void; failed(error: unknown): void },
) => () => void;

/** fetch tells nothing of how far a body has gone; this does. */
export const sendByRequest: Send = (upload, heard) => {
  const request = new XMLHttpRequest();
  request.open("POST", `/api/cases/${encodeURIComponent(upload.case)}/attachments`);
  request.setRequestHeader("content-type", "application/octet-stream");
  request.setRequestHeader("x-file-name", encodeURIComponent(upload.name));
  request.setRequestHeader("idempotency-key", upload.key);
  request.upload.onprogress = (event) => {
    if (event.lengthComputable) heard.progress(Math.floor((event.loaded / Math.max(event.total, 1)) * 100));
  };
  request.onload = () => {
    if (request.status >= 200 && request.status < 300) heard.done();
    else heard.failed(problemOf(request.status, request.responseText));
  };
  request.onerror = () => heard.failed(new Problem("unreachable", 0));
  request.ontimeout = () => heard.failed(new Problem("no_answer_in_time", 0));
  request.send(upload.file);
  return () => request.abort();
};

/** What a pasted picture is called: a browser names all of them alike. */
function nameOf(file: File, n: number): string {
  return file.name === "" ? `粘贴-${n}` : file.name;
}

export class Uploads {
  #all: Upload[] = [];
  #next = 1;
  #stop: (() => void) | null = null;
  readonly #watchers = new Set<() => void>();
  readonly #send: Send;
  readonly #added: (id: string) => void;

  constructor(send: Send, added: (id: string) => void) {
    this.#send = send;
    this.#added = added;
  }

  readonly watch = (tell: () => void): (() => void) => {
    this.#watchers.add(tell);
    return () => this.#watchers.delete(tell);
  };

  readonly all = (): Upload[] => this.#all;

  add(id: string, files: readonly File[], bytesMost: number): void {
    for (const file of files) {
      const n = this.#next;
      this.#next += 1;
      const large = file.size > bytesMost;
      this.#all = [
        ...this.#all,
        { id: n, case: id, file, name: nameOf(file, n), key: newKey(), percent: 0, state: large ? "failed" : "waiting", error: large ? new Problem("file_too_large", 413) : null },
      ];
    }
    this.#tell();
    this.#go();
  }

  stop(id: number): void {
    const upload = this.#all.find((each) => each.id === id);
    if (upload === undefined) return;
    const running = upload.state === "sending";
    this.#set(id, { state: "stopped" });
    if (!running) return;
    this.#stop?.();
    this.#stop = null;
    this.#go();
  }

  retry(id: number): void {
    this.#set(id, { state: "waiting", percent: 0, error: null });
    this.#go();
  }

  dismiss(id: number): void {
    this.#all = this.#all.filter((each) => each.id !== id || each.state === "sending");
    this.#tell();
  }

  #set(id: number, change: Partial<Upload>): void {
    this.#all = this.#all.map((each) => (each.id === id ? { ...each, ...change } : each));
    this.#tell();
  }

  #tell(): void {
    for (const each of [...this.#watchers]) each();
  }

  /** One at a time: a field telephone has no room for two. */
  #go(): void {
    if (this.#all.some((each) => each.state === "sending")) return;
    const upload = this.#all.find((each) => each.state === "waiting");
    if (upload === undefined) return;
    const { id } = upload;
    const current = () => this.#all.find((each) => each.id === id)?.state === "sending";
    this.#set(id, { state: "sending", percent: 0 });
    this.#stop = this.#send(upload, {
      progress: (percent) => {
        if (current()) this.#set(id, { percent });
      },
      done: () => {
        if (!current()) return;
        this.#all = this.#all.filter((each) => each.id !== id);
        this.#tell();
        this.#added(upload.case);
        this.#go();
      },
      failed: (error) => {
        if (!current()) return;
        this.#set(id, { state: "failed", error });
        this.#go();
      },
    });
  }
}

export const uploads = new Uploads(sendByRequest, (id) => cache.touch((key) => key === `case:${id}` || key === `timeline:${id}`));
