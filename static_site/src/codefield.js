/** A field for the code of a gift card, with its button: typing is tidied, a refusal stands beside it. */
import { h } from "./dom.js";
import { isWhole, tidyCode } from "./giftcode.js";
import { t } from "./text.js";

/** Tidy what is typed, leaving the cursor behind the symbol it was behind. */
function tidy(input) {
  const before = tidyCode(input.value.slice(0, input.selectionStart)).length;
  const code = tidyCode(input.value);
  if (code === input.value) return;
  input.value = code;
  input.setSelectionRange(before, before);
}

/**
 * @param {{label: string, go: string, use: (code: string) => Promise<void>}} options  `use` throws Problem
 * @returns a form
 */
export function codeField({ label, go, use, said = (problem) => problem.message }) {
  const wrong = h("p", { class: "field-error", id: "code-error", role: "alert" });
  const input = h("input", {
    class: "form-control code", id: "code", name: "code", autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
    maxlength: 200, placeholder: "····-····-····-····-·", "aria-describedby": "code-error",
  });
  const pressed = h("button", { class: "btn btn-outline-primary", type: "submit" }, go);
  const say = (sentence) => {
    wrong.textContent = sentence;
    if (sentence) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  const element = h("form", { class: "code-form", novalidate: true, "data-code": true }, h("label", { class: "form-label", for: "code" }, label),
    h("div", { class: "with-prefix" }, input, pressed), wrong);
  input.addEventListener("input", () => {
    tidy(input);
    say("");
  });
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (pressed.getAttribute("aria-busy")) return;
    const code = tidyCode(input.value);
    if (!isWhole(code)) {
      say(t(code ? "code.short" : "code.none"));
      input.focus();
      return;
    }
    pressed.setAttribute("aria-busy", "true");
    try {
      await use(code);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      say(said(problem));
      input.focus();
    }
    pressed.removeAttribute("aria-busy");
  });
  return element;
}
