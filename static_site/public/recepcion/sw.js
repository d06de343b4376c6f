// Keeps reception's page on the device: what the page asks to be kept, and nothing else. Files under /assets/ never
// change under their name, so the kept ones serve; the rest is asked for first, and the kept one serves without a connection.
const KEPT = "aremko-reception";
const PATIENCE_MS = 3000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  event.waitUntil(keep(event.data).then((done) => event.ports[0].postMessage(done)));
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/assets/")) event.respondWith(kept(pathname).then((found) => found ?? fetch(event.request)));
  else event.respondWith(fresh(event.request, pathname));
});

const kept = async (path) => (await caches.open(KEPT)).match(path);

/** Keep these paths and forget all others; true when every one of them is there. */
async function keep(paths) {
  const store = await caches.open(KEPT);
  const had = new Set((await store.keys()).map((request) => new URL(request.url).pathname));
  try {
    await store.addAll(paths.filter((path) => !had.has(path) || !path.startsWith("/assets/")));
  } catch {
    return paths.every((path) => had.has(path));
  }
  await Promise.all([...had].filter((path) => !paths.includes(path)).map((path) => store.delete(path)));
  return true;
}

/** The answer of the network; the kept one when there is none soon. */
async function fresh(request, path) {
  const found = await kept(path);
  if (!found) return fetch(request);
  try {
    const answer = await fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? answer : found;
  } catch {
    return found;
  }
}
