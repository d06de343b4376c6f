/** The states every list and page has besides its content: loading, empty, failed. */
import { fill, focusOn, h } from "./dom.js";
import { t } from "./text.js";

/** Grey shapes where content will be; a listener hears one short word. */
export const skeleton = (shape, times = 1) =>
  h("div", { class: `skeletons skeletons-${shape}`, role: "status" },
    h("span", { class: "visually-hidden" }, t("state.loading")),
    Array.from({ length: times }, () => h("div", { class: "skeleton", "aria-hidden": "true" })));

/** A quiet message with a heading, a sentence and perhaps something to do next. */
export const note = ({ title, text, actions = [], tone = "plain", level = "h2" }) =>
  h("section", { class: `note note-${tone}` },
    h(level, { class: "note-title" }, title), text && h("p", {}, text),
    actions.length > 0 && h("div", { class: "note-actions" }, actions));

export const link = (href, label, look = "primary") => h("a", { class: `btn btn-${look}`, href }, label);
export const button = (label, onclick, look = "primary") =>
  h("button", { class: `btn btn-${look}`, type: "button", onclick }, label);

/** A page always has its first heading, even when its content did not come. */
const level = () => (document.querySelector("h1") ? "h2" : "h1");

/** What failed and a button that tries again. */
export const failed = (problem, again) =>
  note({
    tone: "warm", level: level(), title: t("failed.title"), text: problem.message,
    actions: again ? [button(t("failed.again"), again)] : [],
  });

/**
 * Fill a place with what `load` brings: skeleton, then content, or the failure with "try again" inside the place.
 * Only after "try again" does focus move to what came.
 */
export async function show(place, shape, load, content) {
  const run = async (again) => {
    place.setAttribute("aria-busy", "true");
    fill(place, skeleton(...shape));
    try {
      fill(place, content(await load()));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      fill(place, problem.status === 404 ? missing(problem) : failed(problem, () => run(true)));
    } finally {
      place.removeAttribute("aria-busy");
    }
    if (again) focusOn(place);
  };
  await run(false);
}

const missing = (problem) =>
  note({ level: level(), title: t("lost.heading"), text: problem.message, actions: [link("/", t("lost.home"))] });
