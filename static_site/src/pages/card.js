/**
 * A gift card in its holder's hands, opened by its link: `/tarjeta/#<code>`. The code stays behind the #, which no server
 * sees; a code that is typed in is kept nowhere, unless its holder chooses to book with it.
 */
import { get, Problem, send } from "../api.js";
import { syncClock } from "../countdown.js";
import { fullDay } from "../dates.js";
import { $, announce, drawing, fill, focusOn, h } from "../dom.js";
import { clp } from "../money.js";
import { page } from "../shell.js";
import { button, failed, link, note, show, skeleton } from "../states.js";
import { cardCode, cartKey } from "../store.js";
import { t } from "../text.js";

const PRINTING_MS = 4000;
const TRIES = 15;
const place = $("[data-place]");
let shown = "";

/** What most holders never need: without a connection that is a Problem like any other. */
const asking = () => import("../parts/asking.js").catch(() => { throw new Problem({}); });

const address = (code, rest = "") => `/api/giftcards/${encodeURIComponent(code)}${rest}`;

const row = (key, value) => [h("dt", {}, t(key)), h("dd", {}, value)];

/** What it is worth, and until when. */
const worth = ({ issued, balance, free, last_day: lastDay }) => h("dl", { class: "ticket", "data-worth": true },
  row("card.balance", clp(balance)), balance < issued && row("card.issued", clp(issued)), free < balance && row("card.held", clp(balance - free)),
  row("card.until", fullDay(lastDay)));

/** Book with it: from here on it is kept for this visit, and put into the cart. */
function bookNow(code) {
  cardCode.set(code);
  location.assign(cartKey.get()?.count ? "/carrito/" : "/");
}

const how = () => h("section", { class: "panel" }, h("h2", {}, t("card.how")), h("ol", { class: "transfer-next" }, [1, 2, 3].map((n) => h("li", {}, t(`card.how.${n}`)))));

/** The PDFs: for paper and for the phone; while they are being printed, that is said and looked at again. */
function files(code, printable) {
  const panel = h("section", { class: "panel", "data-files": true });
  const said = h("p", { class: "refusal", role: "alert", hidden: true });
  const fetchOne = (format) => async ({ currentTarget: pressed }) => {
    if (pressed.getAttribute("aria-busy")) return;
    pressed.setAttribute("aria-busy", "true");
    said.hidden = true;
    try {
      const { url } = await send("POST", address(code, "/pdf"), { body: { format } });
      location.assign(url);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (problem.code === "gift_card_not_printed") wait();
      else Object.assign(said, { textContent: problem.message, hidden: false });
    }
    pressed.removeAttribute("aria-busy");
  };
  const ready = () => fill(panel, h("h2", {}, t("card.files")), said,
    h("div", { class: "note-actions" }, ["print", "phone"].map((format) => button(t(`card.pdf.${format}`), fetchOne(format), "outline-primary"))));
  const wait = (tries = 0) => {
    const again = async () => {
      const card = panel.isConnected && !document.hidden ? await get(address(code)).catch(() => null) : null;
      if (code !== shown) return;
      if (card?.printable) {
        ready();
        announce(t("card.printed"));
      } else wait(tries + 1);
    };
    fill(panel, h("h2", {}, t("card.files")), h("p", { role: "status" }, t(tries < TRIES ? "card.printing" : "card.printing.long")),
      tries >= TRIES && button(t("failed.again"), again, "outline-primary btn-sm"));
    if (tries < TRIES) setTimeout(again, PRINTING_MS);
  };
  if (printable) ready();
  else wait();
  return panel;
}

function content(code, card) {
  const usable = card.free > 0;
  return [
    h("h2", { class: "card-for" }, t("gift.for", card)),
    h("div", { class: "gift-card" }, drawing(card.svg)),
    worth(card),
    usable ? h("div", { class: "card-go" }, button(t("card.book"), () => bookNow(code), "warm btn-wide"), h("p", { class: "hint" }, t("card.book.hint")))
      : note({ tone: "warm", title: t(card.balance ? "card.all_held" : "card.spent"), text: t(card.balance ? "card.all_held.text" : "card.spent.text"), actions: [link("/regalo/", t("nav.gift"), "outline-primary")] }),
    files(code, card.printable), usable && how(),
    h("p", {}, button(t("card.other"), () => ask(), "link")),
  ];
}

/** The form for a code, with what went wrong before, if anything did. */
async function ask(message = "") {
  shown = "";
  if (location.hash) history.replaceState(null, "", "/tarjeta/");
  await show(place, ["line"], asking, ({ codeField, whyNot }) => h("section", { class: "panel" }, message && h("p", { class: "refusal", role: "alert" }, message),
    h("p", {}, t("card.ask.text")), codeField({ label: t("code.label"), go: t("card.see"), said: whyNot, use: async (code) => draw(code, await read(code)) })));
  $("#code", place)?.focus();
}

async function read(code) {
  const card = await get(address(code));
  syncClock(card.now);
  return card;
}

function draw(code, card) {
  shown = code;
  fill(place, content(code, card));
  focusOn($(".card-for", place));
}

/** What the link opens: the card, or why it does not open. */
async function open(code) {
  shown = code;
  place.setAttribute("aria-busy", "true");
  fill(place, skeleton("card"));
  try {
    const card = await read(code);
    if (code === shown) fill(place, content(code, card));
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (code !== shown) return;
    if (problem.status === 404) ask(problem.message);
    else fill(place, failed({ message: (await asking().catch(() => null))?.whyNot(problem) ?? problem.message }, () => open(code)));
  } finally {
    place.removeAttribute("aria-busy");
  }
}

page(async () => {
  const begin = () => (location.hash.length > 1 ? open(location.hash.slice(1)) : ask());
  addEventListener("hashchange", begin);
  await begin();
});
