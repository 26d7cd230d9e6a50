// The crew's page without a connection: the page itself from this device, and what its owner last saw.
// It stands between the page and the network for /field alone, and keeps nothing of its own accord but
// the program's files; what people saw is put there by the page (src/field/kept.ts) and taken away at sign-out.
const SHELL = "liandong.field.shell";
const DATA = "liandong.field.data";
// A shift: what was seen longer ago is not shown as if it were now.
const LONGEST = 12 * 3600 * 1000;
const PAGE = "/field";

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The page says which files it is made of; what it no longer needs goes.
self.addEventListener("message", (event) => {
  const files = event.data?.shell;
  if (Array.isArray(files)) event.waitUntil(keepShell(files.filter((each) => typeof each === "string")));
});

async function keepShell(files) {
  const cache = await caches.open(SHELL);
  const wanted = new Set([PAGE, ...files].map((each) => new URL(each, self.location.origin).href));
  for (const url of wanted) {
    if (new URL(url).origin !== self.location.origin) continue;
    const kept = await cache.match(url);
    // A file with a hash in its name never changes; the page itself does.
    if (kept !== undefined && new URL(url).pathname.startsWith("/assets/")) continue;
    const answer = await fetch(url, { cache: "no-cache" }).catch(() => null);
    if (!answer?.ok) continue;
    // A page of a newer program than the one whose files are here would not open without a line.
    if (url.endsWith(PAGE)) {
      const needs = [...(await answer.clone().text()).matchAll(/\/assets\/[\w.-]+/g)];
      if (needs.some(([path]) => !wanted.has(self.location.origin + path))) continue;
    }
    await cache.put(url, answer);
  }
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => shell(PAGE)));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(assets(request));
  else if (url.pathname === "/early.js" || url.pathname === "/mark.svg") event.respondWith(fetch(request).catch(() => shell(url.pathname)));
  // The live stream is its own: it never ends, and there is nothing to fall back to.
  else if (url.pathname.startsWith("/api/") && url.pathname !== "/api/live") event.respondWith(fetch(request).catch((failure) => seen(request.url, failure)));
});

async function shell(path) {
  const cache = await caches.open(SHELL);
  return (await cache.match(new URL(path, self.location.origin).href)) ?? Response.error();
}

async function assets(request) {
  const cache = await caches.open(SHELL);
  return (await cache.match(request.url)) ?? fetch(request);
}

async function seen(url, failure) {
  const cache = await caches.open(DATA);
  const kept = await cache.match(url);
  const at = Number(kept?.headers.get("x-kept-at"));
  if (kept === undefined || !(Date.now() - at < LONGEST)) throw failure;
  return kept;
}
