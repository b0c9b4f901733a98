/** `npm run redrive`: processes dead letters again, after their cause has been fixed. */
import { command, Mistake, progress, WHERE } from "./command.ts";

const HELP = `Processes dead letters again: payments of the settle queue, e-mails of the mail queue, pages of a cancelled or changed
event, and orders that did not reach the mailer or the queue. Without --apply it only prints what it would do. It is safe to run it again.

  npm run redrive -- [options]

  --apply         do it
  --per-second N  payments and e-mails a second  (default: 50; use fewer after a failure of the gateway)
  --unsent        also search all orders for mails that were never sent
${WHERE}
  --help          this text
`;

await command({
  help: HELP,
  options: { "per-second": { type: "string", default: "50" }, unsent: { type: "boolean", default: false } },
  run: async ({ apply, unsent, ...values }) => {
    const perSecond = Number(values["per-second"]);
    if (!(perSecond > 0)) throw new Mistake("--per-second is a number above 0.");
    const { redriveQueue } = await import("./redrive-queue.ts");
    const { redriveStream } = await import("./redrive-stream.ts");
    const report = progress();
    let lines = 0;
    const print = (line: string) => {
      if (lines++ < 100) console.log(`  ${line}`);
      report(() => `${lines} so far …`);
    };
    const how = { apply, perSecond, print };
    const payments = await redriveQueue({ from: "SettleDeadLetters", to: "SettleQueue", ...how });
    const mails = await redriveQueue({ from: "MailDeadLetters", to: "MailQueue", ...how });
    const pages = await redriveQueue({ from: "FanoutDeadLetters", to: "FanoutQueue", ...how });
    const { handled, failed } = await redriveStream({ apply, unsent: unsent === true, print });
    const done = apply ? "went back to the" : "would go back to the";
    console.log(
      `${payments} messages ${done} settle queue, ${mails} ${done} mail queue, ${pages} ${done} fan-out queue, ${handled} orders ${apply ? "were handled again" : "would be handled again"}.`,
    );
    if (failed > 0) console.log(`${failed} of them failed again, and their dead letters stay.`);
    if (!apply && payments + mails + pages + handled > 0) console.log("Nothing was changed: add --apply.");
    return failed > 0 ? 1 : 0;
  },
});
