import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    passWithNoTests: false,
    // tests wait for engines more than they work: two files at a time also where there are two cores
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // a handler's log and metric lines are for CloudWatch; a test that is about them turns them on
    env: { POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" },
    testTimeout: 60_000,
    hookTimeout: 30_000,
    teardownTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: "product",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/infra/**"],
          globalSetup: ["tests/support/engines.ts"],
          setupFiles: ["tests/support/permissions.ts"],
        },
      },
      // no engines: what would be deployed, synthesised without AWS
      {
        extends: true,
        test: { name: "infra", include: ["tests/infra/**/*.test.ts"], globalSetup: ["tests/infra/setup.ts"] },
      },
    ],
  },
});
