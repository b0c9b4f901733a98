/** `npm run restore`: sets the four tables back to copies made by point-in-time recovery. */
import { command, Mistake, progress, WHERE } from "./command.ts";

const HELP = `Sets the stage's tables back to their copies, which point-in-time recovery has made: items that differ are written,
items that are not in the copies are deleted. Nothing else may write in the meantime: docs/runbook.md describes all steps. Without
--apply it only counts what it would write.

  npm run restore -- [options]

  --apply         do it
  --suffix TEXT   what the copies' names add to the tables' names  (default: -restored)
${WHERE}
  --help          this text
`;

await command({
  help: HELP,
  options: { suffix: { type: "string", default: "-restored" } },
  run: async ({ apply, suffix }) => {
    if (!suffix) throw new Mistake("--suffix is missing: give the end of the copies' names.");
    const { restoreTables } = await import("./restore-tables.ts");
    const report = progress();
    const differences = await restoreTables({
      suffix: String(suffix),
      apply,
      look: (items) => report(() => `${items} items looked at …`),
    });
    for (const { table, put, deleted, same } of differences)
      console.log(
        `  ${table.padEnd(8)} ${apply ? "" : "would be: "}${put} written, ${deleted} deleted, ${same} the same`,
      );
    if (!apply) console.log("Nothing was changed: add --apply.");
    return 0;
  },
});
