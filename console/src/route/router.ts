// The console's addresses. Small enough to be read whole, so no library.
import { useSyncExternalStore } from "react";

export type Route =
  | { page: "home" }
  | { page: "desk" }
  | { page: "inbox" }
  | { page: "lead" }
  | { page: "wall" }
  | { page: "roster" }
  | { page: "notices"; query: URLSearchParams }
  | { page: "messages" }
  | { page: "field"; id: string | null }
  | { page: "cases"; query: URLSearchParams }
  | { page: "search"; query: URLSearchParams }
  | { page: "followup"; query: URLSearchParams }
  | { page: "scores"; query: URLSearchParams }
  | { page: "case"; id: string }
  | { page: "office"; section: string; query: URLSearchParams }
  | { page: "supervision"; part: string; query: URLSearchParams }
  | { page: "bulletins"; id: string | null }
  | { page: "registers"; register: string | null; id: string | null }
  | { page: "signin"; back: string }
  | { page: "missing"; path: string };

export function parse(path: string, search = ""): Route {
  const parts = path.split("/").filter(Boolean);
  const [first, second, ...rest] = parts;
  const query = new URLSearchParams(search);
  if (first === "registers" && rest.length <= 1) return plain(path, () => ({ page: "registers", register: part(second), id: part(rest[0]) }));
  if (first === "bulletins" && rest.length === 0) return plain(path, () => ({ page: "bulletins", id: part(second) }));
  if (rest.length === 0) {
    if (first === undefined) return { page: "home" };
    if (second === undefined) {
      if (first === "desk" || first === "inbox" || first === "lead" || first === "wall" || first === "roster" || first === "messages") return { page: first };
      if (first === "cases") return { page: "cases", query };
      if (first === "notices") return { page: "notices", query };
      if (first === "search") return { page: "search", query };
      if (first === "followup") return { page: "followup", query };
      if (first === "scores") return { page: "scores", query };
      if (first === "field") return { page: "field", id: null };
      if (first === "office") return { page: "office", section: "", query };
      if (first === "supervision") return { page: "supervision", part: "board", query };
      if (first === "signin") return { page: "signin", back: safeBack(query.get("back")) };
    } else if (first === "office" && /^[a-z]+$/.test(second)) {
      return { page: "office", section: second, query };
    } else if (first === "supervision" && /^[a-z]+$/.test(second)) {
      return { page: "supervision", part: second, query };
    } else if (first === "cases" || first === "field") {
      try {
        return { page: first === "cases" ? "case" : "field", id: decodeURIComponent(second) };
      } catch {
        return { page: "missing", path };
      }
    }
  }
  return { page: "missing", path };
}

function part(text: string | undefined): string | null {
  return text === undefined ? null : decodeURIComponent(text);
}

/** An address that is no text is none. */
function plain(path: string, read: () => Route): Route {
  try {
    return read();
  } catch {
    return { page: "missing", path };
  }
}

/** Only an address of this console is returned to; anything else could lead away from it. */
export function safeBack(back: string | null): string {
  if (back === null || !back.startsWith("/") || back.startsWith("//") || back.includes("\\")) return "/";
  return back.startsWith("/signin") ? "/" : back;
}

export function casePath(id: string): string {
  return `/cases/${encodeURIComponent(id)}`;
}

export function supervisionPath(part: string): string {
  return part === "board" ? "/supervision" : `/supervision/${part}`;
}

export function fieldPath(id: string): string {
  return `/field/${encodeURIComponent(id)}`;
}

const watchers = new Set<() => void>();
let current = "";
let route: Route = { page: "home" };

function read(): Route {
  const now = location.pathname + location.search;
  if (now !== current) {
    current = now;
    route = parse(location.pathname, location.search);
  }
  return route;
}

function tell(): void {
  for (const each of [...watchers]) each();
}

export function navigate(path: string, replace = false): void {
  if (path === location.pathname + location.search) return;
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  tell();
}

export function useRoute(): Route {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      addEventListener("popstate", watcher);
      return () => {
        watchers.delete(watcher);
        removeEventListener("popstate", watcher);
      };
    },
    read,
    read,
  );
}
