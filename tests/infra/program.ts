/** Bundles SST's components with sst.config.ts into one module, which every synthesis runs. */
import { createRequire } from "node:module";
import { join } from "node:path";

export const platform = join(process.cwd(), ".sst/platform");
const require = createRequire(join(platform, "package.json"));

/** The bundle is in the folder of SST's own packages, because it imports them. */
export const program = join(platform, "synthesis.mjs");

/** Once in a test run, before the first synthesis. */
export const buildProgram = async (): Promise<void> => {
  const providers = require("../provider-lock.json") as { package: string; alias: string }[];
  const contents = `
    ${providers.map(({ package: name, alias }) => `import * as ${alias} from "${name}";`).join("\n")}
    import * as sst from "./src/components/index.ts";
    import { run } from "./src/auto/run.ts";
    import * as shim from "./src/shim/run.js";
    Object.assign(globalThis, shim, { sst, ${providers.map(({ alias }) => alias).join(", ")} });
    export { run };
    export const config = async () => (await import("../../sst.config.ts")).default;`;
  await require("esbuild").build({
    stdin: { contents, resolveDir: platform, loader: "ts" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    keepNames: true,
    outfile: program,
    logLevel: "error",
    banner: {
      js: `import { createRequire as ofSynthesis } from "node:module"; const require = ofSynthesis(import.meta.url);`,
    },
  });
};
