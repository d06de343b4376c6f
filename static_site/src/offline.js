/** Keeping a page on the device, so that it opens without a connection. */
const PATIENCE_MS = 10000;

const tooLate = () => new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS, false); });

/**
 * Have a service worker keep this page with all that it has loaded, and `also`. Resolves to whether that is done: false
 * where the browser has none or refuses, or not all of it could be fetched.
 */
export async function keptOffline(script, also) {
  if (!("serviceWorker" in navigator)) return false;
  return Promise.race([kept(script, also), tooLate()]);
}

async function kept(script, also) {
  try {
    await navigator.serviceWorker.register(script, { updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name))
      .filter((url) => url.origin === location.origin && url.pathname.startsWith("/assets/")).map((url) => url.pathname);
    const { port1, port2 } = new MessageChannel();
    const answered = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
    active.postMessage([location.pathname, ...also, ...new Set(loaded)], [port2]);
    return await answered;
  } catch {
    return false;
  }
}
