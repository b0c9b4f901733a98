/** `npm run audit`: proves, from what sales have left behind, that nothing was lost or sold twice. Exits with 1 on a violation. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { useRunning } from "../running.ts";
import type { VisitorFacts } from "./index.ts";
import { print } from "./print.ts";
import { auditSystem } from "./settle.ts";

const HELP = `Audits the system that \`npm start\` runs, or, under \`sst shell\`, a deployed stage.

  npm run audit -- [options]
  npx sst shell --stage <name> -- npm run audit

  --wait S         seconds to wait for what is still in flight  (default: 90)
  --visitors FILE  what a rush's visitors saw of the queue      (its visitors.jsonl)
  --data DIR       where npm start keeps its data               (default: .onsale)
  --json           the audit as JSON
  --help           this text
`;

const { values } = parseArgs({
  options: {
    wait: { type: "string", default: "90" },
    visitors: { type: "string" },
    data: { type: "string", default: ".onsale" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const visitors = (file: string | undefined): VisitorFacts[] =>
  file
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as VisitorFacts)
    : [];

const main = async (): Promise<number> => {
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (!useRunning(values.data)) {
    console.error("There is nothing to audit: run `npm start` first, or come through `sst shell`.");
    return 2;
  }
  const say = (line: string) => console.error(line);
  const result = await auditSystem({ wait: Number(values.wait), visitors: visitors(values.visitors), say });
  console.log(values.json ? JSON.stringify(result, null, 2) : print(result));
  return result.clean ? 0 : 1;
};

process.exitCode = await main();
