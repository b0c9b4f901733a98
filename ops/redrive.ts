/** `npm run redrive`: tries dead letters again, after their cause has been fixed. */
import { command, Mistake, progress, WHERE } from "./command.ts";

const HELP = `Tries dead letters again: payments in the settle queue's dead letters, and orders that did not reach the
mailer or the queue. Without --apply it only shows what it would do. It can be run any number of times.

  npm run redrive -- [options]

  --apply         do it
  --per-second N  payments a second  (default: 50; use fewer if the gateway had failed)
  --untold        also look through all orders for mails that were never sent
${WHERE}
  --help          this text
`;

await command({
  help: HELP,
  options: { "per-second": { type: "string", default: "50" }, untold: { type: "boolean", default: false } },
  run: async ({ apply, untold, ...values }) => {
    const perSecond = Number(values["per-second"]);
    if (!(perSecond > 0)) throw new Mistake("--per-second is a number above 0.");
    const { redrivePayments } = await import("./redrive-payments.ts");
    const { redriveStream } = await import("./redrive-stream.ts");
    const report = progress();
    let lines = 0;
    const tell = (line: string) => {
      if (lines++ < 100) console.log(`  ${line}`);
      report(() => `${lines} so far …`);
    };
    const payments = await redrivePayments({ apply, perSecond, tell });
    const { told, failed } = await redriveStream({ apply, untold: untold === true, tell });
    const done = apply ? "went back to the settle queue" : "would go back to the settle queue";
    console.log(`${payments} messages ${done}, ${told} orders ${apply ? "were told again" : "would be told again"}.`);
    if (failed > 0) console.log(`${failed} of them failed again, and stay where they are.`);
    if (!apply && payments + told > 0) console.log("Nothing was changed: add --apply.");
    return failed > 0 ? 1 : 0;
  },
});
