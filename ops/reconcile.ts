/** `npm run reconcile`: asks the payment gateway once about every order that waits for it, and takes the next step. */
import { command, progress, WHERE } from "./command.ts";

const HELP = `Asks the payment gateway about every order that waits for it: payments without an answer, refunds that are not completed.
The stage does so itself each minute. Without --apply it only prints what it would do. It is safe to run it again.

  npm run reconcile -- [options]

  --apply       do it
  --ledger      then compare the gateway's ledger with the orders, and return money that belongs to no order and no
                wallet. Only after tables were restored: see docs/runbook.md
${WHERE}
  --help        this text
`;

await command({
  help: HELP,
  options: { ledger: { type: "boolean", default: false } },
  run: async ({ apply, ledger }) => {
    const Payment = await import("#core/payment/index.ts");
    const { now } = await import("#core/lib/clock.ts");
    const report = progress();
    let [seen, failed] = [0, 0];
    const print = ({ orderId }: { orderId: string }, what: string) => {
      if (what === "failed") failed++;
      if (seen++ < 100) console.log(`  ${orderId}: ${apply ? "" : "would "}${what}`);
      report(() => `${seen} orders so far …`);
    };
    if (apply) {
      const moved = await Payment.reconcile({ now: now(), until: () => false, tell: print });
      console.log(`${moved} of ${seen} orders that wait for the gateway made progress.`);
    } else {
      await Payment.plan({ now: now(), tell: print });
      console.log(`${seen} orders wait for the gateway.`);
    }
    const odd = ledger === true ? await compare(apply) : 0;
    if (!apply && seen + odd > 0) console.log("Nothing was changed: add --apply.");
    return failed > 0 ? 1 : 0;
  },
});

async function compare(apply: boolean): Promise<number> {
  const { readLedgers } = await import("./audit/read-ledgers.ts");
  const { explainLedger } = await import("./explain-ledger.ts");
  const ledger = await readLedgers();
  if (!ledger) {
    console.log("The gateway's ledger cannot be read here.");
    return 0;
  }
  const report = progress();
  let looked = 0;
  const odd = await explainLedger({
    ledger,
    apply,
    print: (line) => console.log(`  ${line}`),
    look: () => report(() => `${++looked} of ${ledger.length} payments …`),
  });
  console.log(
    `${odd} of ${ledger.length} payments in the gateway's ledger ${odd === 1 ? "does" : "do"} not match the orders and wallets.`,
  );
  return odd;
}
