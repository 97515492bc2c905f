// Keeps public pages that were opened once readable without a connection. Nothing is kept of forms, searches or answers
// of people: only plain pages and the files they are drawn with. Not for anything outside /info/.
const VERSION = "{version}";
const PAGES = "info-pages";
const FILES = `info-files-${VERSION}`;
const MOST_PAGES = 120;
const WAIT_MS = 4000;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("info-files-") && name !== FILES) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

const isPage = (url) => url.pathname.startsWith("/info/") && !url.search && !/\/(feedback|search|go)\//.test(url.pathname);
const isFile = (url) => url.pathname.startsWith("/static/");
const offlineOf = (url) => `/info/${url.pathname.split("/")[2] || "fi"}/offline/`;

async function keep(name, request, response) {
  const gone = response.status === 404 || response.status === 410;
  if (!gone && (!response.ok || response.redirected)) return;
  const cache = await caches.open(name);
  await cache.delete(request);
  if (gone) return;
  await cache.put(request, response);
  if (name !== PAGES) return;
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MOST_PAGES))) await cache.delete(old);
}

// The page that was open before this worker began, and what it is drawn with.
self.addEventListener("message", (event) => {
  const wanted = (event.data && event.data.keep) || [];
  event.waitUntil(
    Promise.allSettled(
      wanted.map(async (address) => {
        const url = new URL(address, self.location.origin);
        if (url.origin !== self.location.origin || !(isPage(url) || isFile(url))) return;
        const request = new Request(url.href);
        await keep(isFile(url) ? FILES : PAGES, request, await fetch(request));
        if (!isFile(url)) await keepOffline(url);
      }),
    ),
  );
});

async function keepOffline(url) {
  const address = offlineOf(url);
  if (!(await caches.match(address))) await keep(PAGES, new Request(address), await fetch(address));
}

function late() {
  return new Promise((_resolve, reject) => setTimeout(() => reject(new Error("late")), WAIT_MS));
}

async function page(event, url) {
  const kept = await caches.match(event.request, { cacheName: PAGES });
  const asked = fetch(event.request);
  try {
    const response = await (kept ? Promise.race([asked, late()]) : asked);
    if (isPage(url)) {
      event.waitUntil(keep(PAGES, event.request, response.clone()).then(() => keepOffline(url)).catch(() => {}));
    }
    return response;
  } catch {
    return kept || (await caches.match(offlineOf(url))) || Response.error();
  }
}

async function file(event) {
  const kept = await caches.match(event.request);
  if (kept) return kept;
  const response = await fetch(event.request);
  event.waitUntil(keep(FILES, event.request, response.clone()).catch(() => {}));
  return response;
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname.startsWith("/info/")) event.respondWith(page(event, url));
  else if (isFile(url)) event.respondWith(file(event));
});
