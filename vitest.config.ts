import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** For tests that need engines. The engines are started once for all files, and handlers have no more permissions than on AWS. */
export const onEngines = {
  globalSetup: ["tests/support/engines.ts"],
  setupFiles: ["tests/support/permissions.ts", "tests/support/tables.ts"],
};

export const common = {
  passWithNoTests: false,
  // tests wait for engines and timers half of their time, so three files run at a time, also on two cores
  maxWorkers: Math.max(3, availableParallelism() - 1),
  // a handler's log and metric lines are for CloudWatch; a test that is about them turns them on
  env: { POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" },
  testTimeout: 60_000,
  hookTimeout: 30_000,
  teardownTimeout: 20_000,
};

export default defineConfig({
  test: {
    ...common,
    projects: [
      // without engines: `npm run test:unit`
      { extends: true, test: { name: "unit", include: ["tests/unit/**/*.test.ts"] } },
      // without engines too: what would be deployed, synthesised without AWS
      {
        extends: true,
        test: { name: "infra", include: ["tests/infra/**/*.test.ts"], globalSetup: ["tests/infra/setup.ts"] },
      },
      {
        extends: true,
        test: { name: "product", include: ["tests/{integration,simulation,adversary}/**/*.test.ts"], ...onEngines },
      },
    ],
  },
});
