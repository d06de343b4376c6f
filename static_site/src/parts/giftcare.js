/** Gift cards of an order, fetched for the orders that have any, or are paid by one. */
export { cardField, giftActions } from "../giftlines.js";
