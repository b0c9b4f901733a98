import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The project of the longest file first, so that it does not run alone at the end: Vitest orders projects by name. */
const order = ["stripe", "toss", "e2e"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => order.indexOf(a.project.name) - order.indexOf(b.project.name));
  }
}

/** Tests of the pages in a real browser, against `npm start`: `npm run test:e2e`. One project per payment provider. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    // browsers wait for pages half of their time, so three files run at a time, also on two cores
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    // a browser on two busy cores sometimes misses a deadline; a test that needed its second run is reported
    retry: 1,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: "stripe", include: ["stripe*.e2e.ts"], globalSetup: ["./setup-stripe.ts"] } },
      { extends: true, test: { name: "toss", include: ["toss*.e2e.ts"], globalSetup: ["./setup-toss.ts"] } },
      { extends: true, test: { name: "mails", include: ["mails.e2e.ts"], globalSetup: ["./setup-browser.ts"] } },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["*.e2e.ts"],
          exclude: ["{stripe,toss}*.e2e.ts", "mails.e2e.ts"],
          globalSetup: ["./setup.ts"],
        },
      },
    ],
  },
});
