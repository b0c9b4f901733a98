import { defineConfig } from "vitest/config";

/** What Lighthouse makes of the pages on a slow phone: `npm run lighthouse`. For a quiet machine: it measures by the clock. */
export default defineConfig({
  test: {
    name: "lighthouse",
    root: import.meta.dirname,
    include: ["scores.ts"],
    globalSetup: ["./install.ts", "../setup.ts"],
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
});
