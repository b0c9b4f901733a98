/** `npm run restore`: sets the four tables back to copies that point-in-time recovery has made. */
import { command, Mistake, progress, WHERE } from "./command.ts";

const HELP = `Sets the stage's tables back to copies of them, which point-in-time recovery has made beside them: what differs is written,
what the copies do not have is deleted. Nothing else may write meanwhile; docs/runbook.md tells the whole way. Without --apply it
only counts what it would write.

  npm run restore -- [options]

  --apply         do it
  --suffix TEXT   what the copies' names have behind the tables' own  (default: -restored)
${WHERE}
  --help          this text
`;

await command({
  help: HELP,
  options: { suffix: { type: "string", default: "-restored" } },
  run: async ({ apply, suffix }) => {
    if (!suffix) throw new Mistake("--suffix is what the copies' names end with.");
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
