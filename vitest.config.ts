import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take a minute or more. */
const long = [
  ...["adversary/fuzz/api", "integration/fanout/many", "integration/payment/stripe", "infra/production"],
  ...["integration/payment/toss", "integration/ops/redrive", "integration/local/start", "adversary/role-matrix"],
  ...["adversary/expensive-input", "integration/account/address"],
];
const isLong = ({ moduleId }: TestSpecification): boolean =>
  long.some((name) => moduleId.endsWith(`tests/${name}.test.ts`));

/** The long files first: one that starts last runs alone at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
}

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
  // what comes within a second does not on a busy machine
  expect: { poll: { timeout: 15_000 } },
  hookTimeout: 30_000,
  teardownTimeout: 20_000,
  sequence: { sequencer: LongFirst },
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
