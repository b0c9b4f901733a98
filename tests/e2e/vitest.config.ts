import { defineConfig } from "vitest/config";

/** The pages in a real browser, against the whole of Onsale on this machine: `npm run test:e2e`. */
export default defineConfig({
  test: {
    name: "e2e",
    root: import.meta.dirname,
    include: ["*.e2e.ts"],
    globalSetup: ["./setup.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    retry: 0,
  },
});
