/** The only door to the API: language, tokens, idempotency keys, time limits, and another try when a try may help. */
import { currentLang, t } from "./text.js";

const TIME_LIMIT_MS = 15000;
const PAUSES_MS = [400, 1200];

/** A refusal (RFC 9457) or a failure of the connection (`status` 0). `message` can be shown to the guest. */
export class Problem extends Error {
  constructor({ status = 0, code = "offline", detail = t("failed.offline"), errors = [] }) {
    super(detail);
    Object.assign(this, { status, code, errors });
  }
}

const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** A fresh key for one intent; the same key goes with every try of it. */
export const newKey = () => crypto.randomUUID();

async function once(method, path, { token, body, key }) {
  const headers = { "Accept-Language": currentLang(), "X-Request-Id": newKey() };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const signal = AbortSignal.timeout(TIME_LIMIT_MS);
  return fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
}

async function problemOf(response) {
  const said = await response.json().catch(() => ({}));
  const detail = said.detail ?? t(response.status === 429 ? "failed.many" : "failed.server");
  return new Problem({ status: response.status, code: said.code ?? "server", detail, errors: said.errors ?? [] });
}

/** Busy, or the first try of the same intent is still running: the same request may do better in a moment. */
const worthAnotherTry = (problem) =>
  problem.status === 0 || problem.status === 429 || problem.status >= 500 || problem.code === "still_running";

/** The answer that vite/boot.js asked for before this script was here; it serves once. */
function early(path) {
  const asked = window.aremkoEarly?.[path];
  if (asked) delete window.aremkoEarly[path];
  return asked;
}

async function attempt(method, path, options) {
  let response;
  try {
    response = await ((method === "GET" && early(path)) || once(method, path, options));
  } catch {
    throw new Problem({ detail: t(navigator.onLine ? "failed.slow" : "failed.offline") });
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  problem.wait = Number(response.headers.get("Retry-After")) * 1000 || 0;
  throw problem;
}

/** Send a request, trying again (safely: reads, or one Idempotency-Key) up to `PAUSES_MS.length` times. */
async function request(method, path, options = {}) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt(method, path, options);
    } catch (problem) {
      const wait = Math.max(problem.wait ?? 0, PAUSES_MS[tries] ?? Infinity);
      if (!worthAnotherTry(problem) || wait > 3000) throw problem;
      await sleep(wait * (0.8 + Math.random() * 0.4));
    }
  }
}

/** Read JSON. */
export const get = async (path, token) => (await request("GET", path, { token })).json();

/** Read a file. */
export const getBlob = async (path, token) => (await request("GET", path, { token })).blob();

/** Change something. `key` names the intent; give the same one to try the same thing again later. */
export const send = async (method, path, { token, body, key = newKey() } = {}) =>
  (await request(method, path, { token, body, key })).json();

/** The same for an answer that is not JSON. */
export const sendForText = async (method, path, options) => (await request(method, path, options)).text();

/** Query strings without empty values. */
export const query = (values) =>
  new URLSearchParams(Object.entries(values).filter(([, value]) => value != null && value !== "")).toString();
