/** `npm run types -w web`: writes the API client's types from the API's own OpenAPI document. `--check` only compares. */
import { readFileSync, writeFileSync } from "node:fs";
import openapi, { astToString } from "openapi-typescript";
import { document } from "../../core/contract/openapi.ts";

const target = new URL("../src/api/schema.d.ts", import.meta.url);
const made = `// Made by \`npm run types -w web\` from core/contract/openapi.ts.\n${astToString(await openapi(JSON.stringify(document())))}`;

if (!process.argv.includes("--check")) writeFileSync(target, made);
else if (readFileSync(target, "utf8") !== made) {
  console.error("web/src/api/schema.d.ts is older than the API: run `npm run types -w web`.");
  process.exitCode = 1;
}
