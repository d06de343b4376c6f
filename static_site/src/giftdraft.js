/** What is typed for a gift card, as a value: what is wrong with it, what it costs, what the API is sent. Pure. */
import { addDays, clockTime, dateOf, validDate } from "./dates.js";
import { clp } from "./money.js";

const MOST_DAYS_AHEAD = 365;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/;

/** A form that nobody has touched. */
export const blank = ({ experience, design, language }) => ({
  experience, amount: "", hydromassage: false, design, recipient: "", sender: "", message: "", language,
  way: "now", email: "", date: "", time: "09:00",
});

/** What a guest who makes another card keeps of the one before: who gives it, in which language, how it looks. */
export const another = (draft) => ({ ...draft, recipient: "", message: "", email: "", amount: "" });

/** The amount as it is typed, "$50.000" or "50000", in CLP; null for what is no whole amount. */
export function amountOf(typed) {
  const text = String(typed).replace(/[\s$]/g, "");
  return /^(\d+|\d{1,3}([.,]\d{3})+)$/.test(text) ? Number(text.replace(/\D/g, "")) : null;
}

/** Whether the guest says how much. */
export const isFree = (experience) => experience.price == null;

/** What the card costs in CLP; null while a free amount is missing or out of bounds. */
export function priceOf(draft, experience) {
  if (!isFree(experience)) return experience.price + (draft.hydromassage ? experience.hydromassage_extra ?? 0 : 0);
  const amount = amountOf(draft.amount);
  return amount !== null && amount >= experience.min_amount && amount <= experience.max_amount ? amount : null;
}

/**
 * What is wrong, as `[field, sentence key, its params]`, in the order of the form.
 * @param {{experience: object, offer: object, now: Date}} world  `offer` is GET /api/giftcards
 */
export function giftProblems(draft, { experience, offer, now }) {
  const found = [];
  const wrong = (field, key = `gift.error.${field}`, params = {}) => found.push([field, key, params]);
  if (priceOf(draft, experience) === null) wrong("amount", "gift.error.amount", { min: clp(experience.min_amount), max: clp(experience.max_amount) });
  for (const field of ["recipient", "sender"]) {
    if (!draft[field].trim() || draft[field].trim().length > offer.name_max) wrong(field, `gift.error.${field}`, { n: offer.name_max });
  }
  if (draft.message.trim().length > offer.message_max) wrong("message", "gift.error.message", { n: offer.message_max });
  if (draft.way !== "self" && !EMAIL.test(draft.email.trim())) wrong("email", "error.email");
  if (draft.way === "later") whenWrong(draft, now, wrong);
  return found;
}

/** A date from today on, at most a year ahead, and an hour of it that is still to come; both at the spa. */
function whenWrong({ date, time }, now, wrong) {
  const today = dateOf(now);
  if (!validDate(date) || date < today || date > addDays(today, MOST_DAYS_AHEAD)) wrong("date");
  else if (!/^\d{2}:\d{2}$/.test(time) || (date === today && time <= clockTime(now))) wrong("time");
}

const words = ({ design, recipient, sender, message, language }) =>
  ({ design, recipient: recipient.trim(), sender: sender.trim(), message: message.trim(), language });

/** What is drawn on the card, as POST /api/giftcards/vista wants it. */
export const faceOf = (draft, experience) => ({
  experience: experience.slug, ...(isFree(experience) ? { amount: priceOf(draft, experience) } : { hydromassage: Boolean(draft.hydromassage && experience.hydromassage_extra) }),
  ...words(draft),
});

/** What can still be changed of a card that is bought: its words, its looks and its way. */
export const writtenOf = (draft) => ({
  ...words(draft),
  delivery: { way: draft.way, ...(draft.way !== "self" && { email: draft.email.trim() }), ...(draft.way === "later" && { date: draft.date, time: draft.time }) },
});

/** The card as a cart takes it; `line` is the one that it replaces. */
export const giftOf = (draft, experience, line = null) => ({ ...(line && { line }), ...faceOf(draft, experience), ...writtenOf(draft) });

/** A card that is in a cart or an order, as it was typed. */
export function draftOf({ gift, total }) {
  const { way, email, at } = gift.delivery;
  return {
    experience: gift.experience, amount: String(total), hydromassage: Boolean(gift.hydromassage), design: gift.design, recipient: gift.recipient,
    sender: gift.sender, message: gift.message, language: gift.language, way, email: email ?? "", date: at ? dateOf(at) : "", time: at ? clockTime(at) : "09:00",
  };
}
