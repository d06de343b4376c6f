/** Building and finding elements. */

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

/**
 * Make an element: `h("button", { class: "btn", onclick: add }, "Add")`.
 * `on…` are listeners, `false`, `null` and `undefined` leave an attribute out, `true` sets it empty.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

/** Replace what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

/** A drawing of src/art as an element. Its markup is ours, never anybody's input. */
export function drawing(markup) {
  const holder = document.createElement("div");
  holder.className = "drawing";
  holder.innerHTML = markup;
  return holder;
}

/** Move focus to something that is not a control (a heading after a change of view). */
export function focusOn(element) {
  element.setAttribute("tabindex", "-1");
  element.focus({ preventScroll: false });
}

/** Say something to people who listen; a repeated sentence is said again. */
export function announce(sentence) {
  const region = $("[data-announce]");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = sentence; }, 60);
}
