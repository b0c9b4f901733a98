/** Artillery's processor: every journey by the name that a scenario calls it by. */
import { waitInLine } from "./journeys/queue.ts";
import * as Shop from "./journeys/shop.ts";
import { journey } from "./visitor.ts";

/** limit: the cheapest request there is, to learn what the generator itself can send. */
const ask = journey(async (visitor) => {
  await visitor.send("ask", "GET", "/", { anonymous: true });
});

const queue = journey(waitInLine);
const signIn = journey(Shop.signIn);
const signUpAndBook = journey(Shop.signUpAndBook);
const browseAndReserve = journey(Shop.browseAndReserve);
const wholeFlow = journey(Shop.wholeFlow);
const confirmAndPay = journey(Shop.confirmAndPay);
const flightDeal = journey(Shop.flightDeal);
const sellOut = journey(Shop.sellOut);

export { ask, browseAndReserve, confirmAndPay, flightDeal, queue, sellOut, signIn, signUpAndBook, wholeFlow };
