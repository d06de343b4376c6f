/** The field for a code, fetched when nobody brought one along, or when it was not taken. */
export { codeField } from "../codefield.js";
export { whyNot } from "../whynot.js";
