// What the crew saw last, kept on this device for a time without a connection: for the account that saw it, a
// shift long, gone at sign-out (public/field-sw.js gives it back).
const DATA = "liandong.field.data";

interface Rooms {
  open(name: string): Promise<Pick<Cache, "put">>;
}

function rooms(): Rooms | null {
  return "caches" in globalThis ? globalThis.caches : null;
}

/** Keeps an answer under its address. Forbidden or full storage only costs what could be seen without a line. */
export async function keepAnswer(path: string, value: unknown, now: number = Date.now(), into: Rooms | null = rooms()): Promise<void> {
  if (into === null) return;
  try {
    const room = await into.open(DATA);
    await room.put(path, new Response(JSON.stringify(value), { headers: { "content-type": "application/json", "x-kept-at": String(now) } }));
  } catch {
    // Private windows and full devices.
  }
}

/** The program's files this page is made of, as the browser loaded them. */
export function shellFiles(entries: readonly { name: string }[], origin: string): string[] {
  const paths = entries.flatMap(({ name }) => {
    const url = URL.canParse(name) ? new URL(name) : null;
    return url !== null && url.origin === origin && url.pathname.startsWith("/assets/") ? [url.pathname] : [];
  });
  return [...new Set([...paths, "/early.js", "/mark.svg"])];
}

/** Has the worker keep the page, so that it opens without a line the next time. */
export async function keepPage(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/field-sw.js", { scope: "/field" });
    const worker = (await navigator.serviceWorker.getRegistration("/field"))?.active ?? (await ready());
    const files = shellFiles(performance.getEntriesByType("resource"), location.origin);
    worker?.postMessage({ shell: files });
  } catch {
    // A site without TLS, or a browser that forbids workers: the page works on while it is open.
  }
}

/** The worker once it is active. */
async function ready(): Promise<ServiceWorker | null> {
  const registration = await navigator.serviceWorker.getRegistration("/field");
  const worker = registration?.installing ?? registration?.waiting ?? null;
  if (worker === null) return registration?.active ?? null;
  return new Promise((done) => {
    const look = () => {
      if (worker.state === "activated") done(worker);
      if (worker.state === "redundant") done(null);
    };
    worker.addEventListener("statechange", look);
    look();
  });
}
