/** `npm run test:quick`: the most important promises, in under two minutes on two cores. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { common, onEngines } from "../vitest.config.ts";

export default defineConfig({
  test: {
    ...common,
    ...onEngines,
    root: join(import.meta.dirname, ".."),
    include: [
      "tests/integration/order/hold.test.ts", // a seat has one buyer
      "tests/integration/order/conflict.test.ts", // a conflict is never answered as "taken" without proof
      "tests/integration/payment/again.test.ts", // a message that comes twice is one payment
      "tests/integration/payment/points.test.ts", // a worker killed at any step debits once
      "tests/integration/payment/card.test.ts", // a card is charged once, whatever the gateway does
      "tests/integration/payment/refund.test.ts", // money is returned once
      "tests/integration/queue/draw.test.ts", // the draw matches its commitment
      "tests/integration/queue/line.test.ts", // a place belongs to its owner, and admits once
      "tests/integration/queue/pace.test.ts", // no more visitors inside than the capacity
      "tests/adversary/auth-matrix.test.ts", // each route with each token
    ],
  },
});
