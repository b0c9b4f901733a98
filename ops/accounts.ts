/** `npm run accounts`: copies the accounts of an earlier release to the keys that this release reads. */
import { command, progress, WHERE } from "./command.ts";

const HELP = `Copies the profiles and roles of accounts that a release before memberships wrote. Without the copies, these accounts cannot sign in.
Without --apply it only counts them. It can be run any number of times. See docs/deploy.md.

  npm run accounts -- [options]

  --apply       do it
  --remove      delete what was copied; only when no version of the earlier release runs any more
${WHERE}
  --help        this text
`;

await command({
  help: HELP,
  options: { remove: { type: "boolean", default: false } },
  run: async ({ apply, remove }) => {
    const Earlier = await import("#core/account/earlier.ts");
    const report = progress();
    let [seen, changed] = [0, 0];
    for await (const item of Earlier.earlier()) {
      seen++;
      if (apply && (await (remove ? Earlier.remove(item) : Earlier.copy(item)))) changed++;
      report(() => `${seen} accounts so far …`);
    }
    console.log(`${seen} accounts of an earlier release.`);
    if (apply) console.log(`${changed} of them ${remove ? "deleted" : "copied"}.`);
    else if (seen > 0) console.log("Nothing was changed: add --apply.");
    return 0;
  },
});
