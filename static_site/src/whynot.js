/** Why a code was not taken: the server's word, and after too many tries when the next one counts. */
import { clockTime } from "./dates.js";
import { t } from "./text.js";

export const whyNot = (problem, now = Date.now()) =>
  (problem.status === 429 && problem.wait ? t("code.many", { time: clockTime(now + problem.wait + 59999) }) : problem.message);
