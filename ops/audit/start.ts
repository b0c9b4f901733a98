/** `npm run audit`: checks in the data of all sales that nothing was lost or sold twice. Exits with 1 on a violation. */
import { readFileSync } from "node:fs";
import { command, Mistake, WHERE } from "../command.ts";
import type { VisitorFacts } from "./index.ts";

const HELP = `Reads the data of all sales and reports what does not agree. It never changes anything.

  npm run audit -- [options]

  --wait S         seconds to wait for what is still in flight  (default: 90)
  --visitors FILE  what a load test's visitors saw of the queue (its visitors.jsonl)
  --json           the audit as JSON
${WHERE}
  --help        this text
`;

const visitors = (file: string | undefined): VisitorFacts[] =>
  file
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as VisitorFacts)
    : [];

await command({
  help: HELP,
  options: {
    wait: { type: "string", default: "90" },
    visitors: { type: "string" },
    json: { type: "boolean", default: false },
  },
  run: async (values) => {
    const wait = Number(values.wait);
    if (!(wait >= 0)) throw new Mistake("--wait is a number of seconds.");
    const { print } = await import("./print.ts");
    const { auditSystem } = await import("./settle.ts");
    const say = (line: string) => console.error(line);
    const seen = visitors(values.visitors as string | undefined);
    const result = await auditSystem({ wait, visitors: seen, say });
    console.log(values.json ? JSON.stringify(result, null, 2) : print(result));
    return result.clean ? 0 : 1;
  },
});
