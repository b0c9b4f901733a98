/** `npm run test:quick`: the promises that matter most, in under two minutes on two cores. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { common, onEngines } from "../vitest.config.ts";

export default defineConfig({
  test: {
    ...common,
    ...onEngines,
    root: join(import.meta.dirname, ".."),
    include: [
      "tests/integration/order/hold.test.ts", // a seat is one buyer's
      "tests/integration/order/conflict.test.ts", // what a conflict may hide is looked for
      "tests/integration/payment/again.test.ts", // a message that comes twice is one payment
      "tests/integration/payment/points.test.ts", // a worker killed at any step debits once
      "tests/integration/payment/card.test.ts", // a card is charged once, whatever the gateway does
      "tests/integration/payment/refund.test.ts", // money goes back once
      "tests/integration/queue/draw.test.ts", // the draw is the one that was committed to
      "tests/integration/queue/line.test.ts", // a place is its owner's, and lets in once
      "tests/integration/queue/pace.test.ts", // no more are inside than there is capacity for
      "tests/adversary/auth-matrix.test.ts", // each route with each token
    ],
  },
});
