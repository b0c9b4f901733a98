/** `npm run test:long`: the tests that take a smaller sample in `npm test`, at their full size. */
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { common, onEngines } from "../vitest.config.ts";

export default defineConfig({
  test: {
    ...common,
    root: join(import.meta.dirname, ".."),
    env: { ...common.env, ONSALE_TEST_LONG: "1" },
    projects: [
      {
        extends: true,
        test: { name: "infra", include: ["tests/infra/bundle.test.ts"], globalSetup: ["tests/infra/setup.ts"] },
      },
      {
        extends: true,
        test: {
          name: "product",
          include: [
            "tests/adversary/fuzz/api.test.ts", // 10,000 requests instead of 3,000
            "tests/integration/export/scale.test.ts", // 15,000 orders instead of 2,100
            "tests/integration/catalog/scale.test.ts", // a hundred thousand events instead of 12,000
            "tests/integration/fanout/many.test.ts", // also 10,000 orders by points, and 500 by card instead of 20
            "tests/simulation/model.test.ts", // ten seconds each way instead of 1,500 actions
          ],
          ...onEngines,
        },
      },
    ],
  },
});
