/** What comes after a change, fetched for the orders that have it. */
export { accountPanel } from "../account.js";
export { choosingPanel } from "../choosing.js";
export { creditPanel } from "../credit.js";
export { refundsPanel } from "../refunds.js";
