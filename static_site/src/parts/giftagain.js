/** A gift card that was removed, as it is asked for again; fetched when somebody wants it back. */
import { giftOffer } from "../giftcards.js";
import { draftOf, giftOf } from "../giftdraft.js";

/** One that is sold no more is asked for all the same: the server says so. Throws Problem. */
export async function giftAgain(line) {
  const { experiences } = await giftOffer();
  return giftOf(draftOf(line), experiences.find((one) => one.slug === line.gift.experience) ?? { slug: line.gift.experience, price: line.total });
}
