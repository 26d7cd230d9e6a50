// One way to talk to the server: every failure becomes a Problem with a stable key.
import { learnServerTime } from "../time/now";

export interface FieldProblem {
  field: string;
  key: string;
  detail?: string;
}

/** A refusal or failure by its stable key; the wording belongs to words/. */
export class Problem extends Error {
  readonly key: string;
  readonly status: number;
  readonly detail: string;
  readonly fields: FieldProblem[];
  readonly extra: Record<string, unknown>;

  constructor(key: string, status: number, detail = "", fields: FieldProblem[] = [], extra: Record<string, unknown> = {}) {
    super(`${key} (${status})`);
    this.key = key;
    this.status = status;
    this.detail = detail;
    this.fields = fields;
    this.extra = extra;
  }

  /** Whether the server may have done it all the same: the same key must be sent again, not a new one. */
  get unsure(): boolean {
    return this.key === "unreachable" || this.key === "no_answer_in_time" || (this.status >= 502 && this.status <= 504);
  }
}

/** The last part of a field's path: "then.text" is the box called "text". */
export function fieldName(path: string): string {
  return path.split(".").at(-1) ?? path;
}

export interface Options {
  key?: string;
  signal?: AbortSignal;
  /** Milliseconds before a request is given up. */
  patience?: number;
}

let onSignedOut: () => void = () => undefined;

/** Says what to do when the session is gone. */
export function whenSignedOut(run: () => void): void {
  onSignedOut = run;
}

export async function request<T>(method: string, path: string, body?: unknown, options: Options = {}): Promise<T> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), options.patience ?? 10_000);
  const relay = () => giveUp.abort();
  options.signal?.addEventListener("abort", relay);
  try {
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        credentials: "same-origin",
        signal: giveUp.signal,
        headers: {
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(options.key === undefined ? {} : { "idempotency-key": options.key }),
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
    } catch {
      if (options.signal?.aborted === true) throw new Problem("aborted", 0);
      throw new Problem(giveUp.signal.aborted ? "no_answer_in_time" : "unreachable", 0);
    }
    const sent = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(sent)) learnServerTime(sent, Date.now());
    if (response.status === 204) return undefined as T;
    const text = await response.text().catch(() => "");
    if (response.ok) {
      try {
        return JSON.parse(text) as T;
      } catch {
        throw new Problem("not_understood", response.status);
      }
    }
    const problem = problemOf(response.status, text);
    if (problem.key === "unauthenticated") onSignedOut();
    throw problem;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", relay);
  }
}

/** Sends a file as it is; its name travels percent-encoded in a header of its own. */
export async function sendFile(path: string, file: Blob, name: string, key: string, patience = 120_000): Promise<void> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), patience);
  try {
    let response: Response;
    try {
      response = await fetch(path, {
        method: "POST",
        credentials: "same-origin",
        signal: giveUp.signal,
        headers: { accept: "application/json", "content-type": file.type || "application/octet-stream", "x-file-name": encodeURIComponent(name), "idempotency-key": key },
        body: file,
      });
    } catch {
      throw new Problem(giveUp.signal.aborted ? "no_answer_in_time" : "unreachable", 0);
    }
    if (response.ok) return;
    const problem = problemOf(response.status, await response.text().catch(() => ""));
    if (problem.key === "unauthenticated") onSignedOut();
    throw problem;
  } finally {
    clearTimeout(timer);
  }
}

export function problemOf(status: number, text: string): Problem {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) {
      const { type, detail, errors, title: _title, status: _status, ...extra } = value as Record<string, unknown>;
      return new Problem(
        typeof type === "string" ? type : byStatus(status),
        status,
        typeof detail === "string" ? detail : "",
        Array.isArray(errors) ? (errors as FieldProblem[]) : [],
        extra,
      );
    }
  } catch {
    // A proxy's own page: only the number says anything.
  }
  return new Problem(byStatus(status), status);
}

function byStatus(status: number): string {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404) return "not_found";
  if (status === 413) return "too_large";
  if (status === 429) return "rate_limited";
  if (status >= 502 && status <= 504) return "unavailable";
  return "internal";
}

export function newKey(): string {
  // randomUUID exists only in secure contexts; a hall's plain-http test address is none.
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
