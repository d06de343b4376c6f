/** Reception: reads a guest's arrival code and says whether it is good, with or without a connection. */
import { codeIn, publicKey, standing, verified } from "../arrivalcode.js";
import { keptOffline } from "../offline.js";
import { camera } from "../scanner.js";
import { longDay, today } from "../dates.js";
import { $, announce, fill, focusOn, h } from "../dom.js";
import { page } from "../shell.js";
import { device } from "../store.js";
import { count, fetchEnglish, t } from "../text.js";

const KEY_PATH = "/api/llegadas/clave";
const KEPT = "aremko.arrival-key";

/** The key as the server says it now, or as this device knew it last. */
async function knownKey() {
  try {
    const answer = await fetch(KEY_PATH, { signal: AbortSignal.timeout(4000) });
    if (answer.ok) device.set(KEPT, (await answer.json()).key);
  } catch { /* no connection: what we know will do */ }
  return publicKey(device.get(KEPT) ?? "");
}

function verdict(kind, title, ...lines) {
  const heading = h("h2", { class: "note-title" }, title);
  fill($("[data-verdict]"), h("div", { class: `note verdict verdict-${kind}` }, heading, lines.map((line) => h("p", {}, line))));
  focusOn(heading);
  announce(title);
}

function days(all) {
  return all.map(longDay).join(" · ");
}

async function check(text) {
  const code = codeIn(text);
  if (!code) return verdict("bad", t("reception.none"), t("reception.none.todo"));
  const key = await knownKey();
  if (!key) return verdict("unknown", t("reception.nokey"), t("reception.nokey.todo"));
  const said = await verified(code, key);
  if (!said) return verdict("bad", t("reception.forged"), t("reception.forged.todo"));
  const now = standing(said.days, today());
  return verdict(now === "today" ? "good" : "unknown", t(`reception.${now}`),
    `${said.order} · ${said.initials} · ${count("guests", said.guests)}`, days(said.days), t("reception.changed"));
}

function typed() {
  const form = $("[data-form]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check(form.elements.code.value);
  });
}

function scanned() {
  const button = $("[data-scan]");
  const found = camera($("[data-camera]"), (text) => {
    if (!codeIn(text)) return false;
    check(text);
    return true;
  });
  if (!found) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!(await found.start())) verdict("unknown", t("reception.nocamera"), t("reception.nocamera.todo"));
  });
}

/** A phone's own camera opens this page with the code behind the "#". */
function opened() {
  if (codeIn(location.hash)) check(location.hash);
}

page(async () => {
  typed();
  scanned();
  opened();
  addEventListener("hashchange", opened);
  await Promise.all([knownKey(), fetchEnglish()]);
  const ready = await keptOffline("/recepcion/sw.js", [KEY_PATH]);
  $("[data-ready]").textContent = t(ready ? "reception.ready" : "reception.online");
});
