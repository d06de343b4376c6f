/** What changes an order, fetched when somebody wants to. */
export { cancelSheet } from "../cancelling.js";
export { moveSheet } from "../moving.js";
export { addSheet } from "../adding.js";
