import { defineConfig } from "vitest/config";

/** Measures the pages with Lighthouse on a slow phone: `npm run lighthouse`. It needs a quiet machine, because it measures time. */
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
