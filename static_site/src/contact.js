/** How to reach the spa; links are filled in wherever a page has `data-contact`. */
import { $$ } from "./dom.js";
import spa from "./spa.json" with { type: "json" };
import { t } from "./text.js";

/** A link that opens a conversation, with the subject already written. */
export function contactLink(way, about = "") {
  const text = encodeURIComponent(about ? t("ask.message", { about }) : t("ask.greeting"));
  if (way === "whatsapp") return `https://wa.me/${spa.whatsapp}?text=${text}`;
  if (way === "phone") return `tel:${spa.phone}`;
  if (way === "map") return spa.map;
  return `mailto:${spa.mail}?subject=${text}`;
}

/** Fill in the links of the page. */
export function showContacts() {
  for (const element of $$("[data-contact]")) {
    const way = element.dataset.contact;
    element.href = contactLink(way);
    if (way === "phone") element.textContent = spa.phone_shown;
    if (way === "mail") element.textContent = spa.mail;
    if (way === "map" || way === "whatsapp") element.rel = "noopener";
  }
}
