/** The waitlist: join it (`/espera/?servicio=…&dia=…&personas=…`), or one's place in it (`/espera/#<entry>.<token>`). */
import { get, newKey, send } from "../api.js";
import * as carts from "../cart.js";
import { services } from "../catalog.js";
import { serverNow, syncClock, timeLeft, watch } from "../countdown.js";
import { clockTime, longDay, longMoment } from "../dates.js";
import { $, announce, fill, focusOn, h } from "../dom.js";
import { clp } from "../money.js";
import { asked } from "../place.js";
import { sheet } from "../sheet.js";
import { page } from "../shell.js";
import { button, link, note, show } from "../states.js";
import { waitKey } from "../store.js";
import { count, t } from "../text.js";
import { waitForm } from "../waitform.js";

const LOOK_AGAIN_MS = 15000;
const COUNTED_MS = 3600000; // longer than that is told by its hour
const place = $("[data-place]");
let stop = () => {};
let again = 0;

/** Take the token out of the address, where it could be seen or copied, and keep it on the device. */
function takeToken() {
  const [, id, token] = /^#([\w-]+)\.(.+)$/.exec(location.hash) ?? [];
  if (!id) return asked("espera");
  waitKey.set(id, token);
  history.replaceState(null, "", `/espera/?espera=${id}`);
  return id;
}

const address = (id, more = "") => `/api/espera/${encodeURIComponent(id)}${more}`;

/** The entry as it is now; null when its token does not open it. */
async function read(id) {
  try {
    const entry = await get(address(id), waitKey.get(id));
    syncClock(entry.now);
    return entry;
  } catch (problem) {
    if (problem.status === 401 || problem.status === 404) return null;
    throw problem;
  }
}

const row = (key, value) => [h("dt", {}, t(key)), h("dd", {}, value)];

/** What is waited for, in a few rows. */
const wished = (entry) => h("dl", { class: "ticket", "data-wished": true },
  row("wait.row.what", entry.services.map((one) => one.name).join(" · ")),
  row("wait.row.when", entry.from === entry.to ? longDay(entry.from) : t("wait.between", { from: longDay(entry.from), to: longDay(entry.to) })),
  row("wait.row.guests", count("guests", entry.guests)));

const hour = ({ offer, guests }) => h("dl", { class: "ticket" },
  row("wait.row.what", offer.name), row("wait.row.when", longMoment(offer.start)), row("wait.row.guests", count("guests", guests)),
  row("cart.total", clp(offer.price)));

const leaveButton = (entry, label) => h("div", { class: "wait-leave" }, button(label, () => askToLeave(entry), "link"));

const anew = (entry) => link(`/espera/?${new URLSearchParams({ servicio: entry.services[0].slug, dia: entry.from, personas: entry.guests })}`, t("wait.anew"), "outline-primary");

/** Until when the hour is kept: counted down in its last hour, told by its hour before. */
function clock(entry) {
  const counted = Date.parse(entry.offer.until) - serverNow() <= COUNTED_MS;
  const left = h("strong", counted ? { class: "time-left wait-clock", role: "timer" } : {});
  if (counted) {
    left.textContent = timeLeft(entry.offer.until, serverNow()).label;
    stop = watch(left, entry.offer.until, () => draw(entry.id));
  } else left.textContent = t("wait.until", { time: clockTime(entry.offer.until), day: longDay(entry.offer.until.slice(0, 10)) });
  return h("p", { class: "hold-clock" }, t(counted ? "wait.kept" : "wait.kept.until"), " ", left);
}

function offered(entry) {
  if (Date.parse(entry.offer.until) <= serverNow()) {
    return [note({ tone: "warm", title: t("wait.lapsed"), text: t("wait.lapsed.text") }), wished(entry), leaveButton(entry, t("wait.leave"))];
  }
  const said = h("p", { class: "refusal", role: "alert", hidden: true });
  const go = h("button", { class: "btn btn-warm btn-wide wait-take", type: "button", onclick: () => take(entry, go, said) }, t("wait.take"));
  return [h("section", { class: "note note-warm wait-offer" }, h("h2", { class: "note-title" }, t("wait.offered")), h("p", {}, t("wait.offered.text")),
    hour(entry), clock(entry), said, go, h("p", { class: "hint" }, t("wait.take.hint"))), leaveButton(entry, t("wait.refuse"))];
}

const CONTENT = {
  waiting: (entry, email) => [
    h("section", { class: "note note-good" }, h("h2", { class: "note-title" }, t(email ? "wait.joined" : "wait.waiting")),
      email && h("p", {}, t("wait.joined.text", { email })),
      h("p", { class: "wait-place-in-line" }, entry.ahead === 0 ? t("wait.first") : count("wait_ahead", entry.ahead))),
    wished(entry),
    h("section", { class: "panel" }, h("h2", {}, t("wait.how")), h("ul", { class: "facts" }, [1, 2, 3].map((n) => h("li", {}, t(`wait.how.${n}`))))),
    leaveButton(entry, t("wait.leave"))],
  offered,
  taken: (entry) => [note({ tone: "good", title: t("wait.taken"), text: t("wait.taken.text") }), entry.offer && hour(entry)],
  left: (entry) => [note({ title: t("wait.left"), text: t("wait.left.text"), actions: [anew(entry)] }), wished(entry)],
  ended: (entry) => [note({ title: t("wait.ended"), text: t("wait.ended.text"), actions: [anew(entry)] }), wished(entry)],
};

/** Open the cart that keeps the hour, and go and check it out. */
async function take(entry, go, said) {
  if (go.getAttribute("aria-busy")) return;
  go.setAttribute("aria-busy", "true");
  said.hidden = true;
  try {
    const opened = await send("POST", address(entry.id, "/oferta"), { token: waitKey.get(entry.id) });
    await carts.adopt({ id: opened.cart.id, token: opened.token });
    location.assign("/reservar/");
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (problem.status === 409) await draw(entry.id);
    else Object.assign(said, { textContent: problem.message, hidden: false });
  }
  go.removeAttribute("aria-busy");
}

/** Leaving takes a tap and a word. */
function askToLeave(entry) {
  const said = h("p", { class: "refusal", role: "alert", hidden: true });
  const key = newKey();
  const go = button(t("wait.leave.go"), async () => {
    if (go.getAttribute("aria-busy")) return;
    go.setAttribute("aria-busy", "true");
    try {
      const after = await send("DELETE", address(entry.id), { token: waitKey.get(entry.id), key });
      open.close();
      put(after);
      focusOn($(".note-title", place));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      Object.assign(said, { textContent: problem.message, hidden: false });
      go.removeAttribute("aria-busy");
    }
  }, "danger");
  const open = sheet(t("wait.leave.title"), h("p", {}, t(entry.state === "offered" ? "wait.leave.offered" : "wait.leave.text")), said,
    h("div", { class: "note-actions" }, go, button(t("wait.leave.stay"), () => open.close(), "outline-primary")));
}

const unknown = () => note({ title: t("wait.unknown"), text: t("wait.unknown.text"), actions: [link("/espera/", t("wait.anew"), "outline-primary")] });

/** What the page shows of an entry, just joined with an `email` or not; from now on it is looked at now and then. */
function content(entry, email) {
  stop();
  stop = () => {};
  follow(entry);
  return h("div", { class: "wait", "data-state": entry.state }, CONTENT[entry.state](entry, email));
}

const put = (entry, email) => fill(place, content(entry, email));

/** Look again while it may change; say so when it does. Nobody who is doing something here is disturbed. */
function follow(entry) {
  clearTimeout(again);
  if (entry.state !== "waiting" && entry.state !== "offered") return;
  again = setTimeout(async () => {
    const now = document.hidden ? null : await read(entry.id).catch(() => null);
    const same = !now || JSON.stringify({ ...now, now: "" }) === JSON.stringify({ ...entry, now: "" });
    if (same || $("dialog") || $("[aria-busy]", place)) return follow(entry);
    put(now);
    return announce(t(now.state === "offered" ? "wait.offered" : "wait.news"));
  }, LOOK_AGAIN_MS);
}

const draw = (id) => show(place, ["line", 3], () => read(id), (entry) => (entry ? content(entry) : unknown()));

const ask = () => show(place, ["line", 4], () => services(), (found) => waitForm(found, (answer, email) => {
  waitKey.set(answer.entry.id, answer.token);
  history.pushState(null, "", `/espera/?espera=${answer.entry.id}`);
  syncClock(answer.entry.now);
  put(answer.entry, email);
  scrollTo(0, 0);
  focusOn($(".note-title", place));
}));

page(async () => {
  addEventListener("popstate", () => location.reload());
  const id = takeToken();
  if (!id) await ask();
  else if (waitKey.get(id)) await draw(id);
  else fill(place, unknown());
});
