/** `npm run cost -- --visitors 1000000 --seats 50000 --wait 20m`: the cost of a sale, and of a month without one. */
import { Mistake, unlinked } from "../command.ts";
import * as Cancelling from "./cancelling.ts";
import { arriving, buying, byService, type Line, resting, servers, total, waiting } from "./model.ts";
import { dated } from "./prices.ts";

const HELP = `Prints what a sale costs, and a month without one, from counted units and list prices (docs/cost.md).

  npm run cost -- [options]

  --visitors N  who come to the opening    (default: 1000000)
  --seats N     that are sold              (default: 50000)
  --wait TIME   that a visitor waits, as 20m, 90s or 1h  (default: 20m)
  --cancel N    orders of an event that is cancelled     (default: 100000)
  --mail-rate N e-mails that SES takes in a second       (default: 10)
  --help        this text
`;

const whole = (name: string, given: string): number => {
  const value = Number(given);
  if (!Number.isSafeInteger(value) || value < 0) throw new Mistake(`--${name} is a whole number.`);
  return value;
};

const seconds = (wait: string): number => {
  const [, count, unit = "s"] = /^(\d+)(s|m|h)?$/.exec(wait) ?? [];
  if (!count) throw new Mistake("--wait is a time, as 20m, 90s or 1h.");
  return Number(count) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1);
};

const dollars = (amount: number) => `$${amount.toFixed(2)}`.padStart(12);
const row = (label: string, amount: number) => console.log(`  ${label.padEnd(44)}${dollars(amount)}`);

const part = (title: string, lines: Line[]) => {
  console.log(`\n${title}`);
  for (const [service, sum] of byService(lines)) row(service, sum);
  row("together", total(lines));
};

await unlinked({
  help: HELP,
  options: {
    visitors: { type: "string", default: "1000000" },
    seats: { type: "string", default: "50000" },
    wait: { type: "string", default: "20m" },
    cancel: { type: "string", default: "100000" },
    "mail-rate": { type: "string", default: "10" },
  },
  run: async ({ visitors, seats, wait, cancel, "mail-rate": rate }) => {
    const sale = { visitors: whole("visitors", visitors), seats: whole("seats", seats), wait: seconds(wait) };
    console.log(
      `${sale.visitors} visitors who wait ${wait}, ${sale.seats} seats sold. List prices of ${dated}, us-east-1.`,
    );
    part("Waiting: polling, joining, entering", waiting(sale));
    part("Arriving: the pages, an account", arriving(sale));
    part("Buying: choosing, holding, paying, tickets", buying(sale));
    const all = [...waiting(sale), ...arriving(sale), ...buying(sale)];
    console.log("\nThe sale");
    row("together", total(all));
    row("a visitor, in thousandths", (total(all) / sale.visitors) * 1000);
    const off = { orders: whole("cancel", cancel), mailRate: whole("mail-rate", rate) };
    if (off.mailRate === 0) throw new Mistake("--mail-rate is at least 1.");
    const hours = (Cancelling.seconds(off) / 3_600).toFixed(1);
    part(`Cancelling ${off.orders} orders at ${rate} e-mails a second: ${hours} hours`, Cancelling.cancelling(off));
    part("A month without visitors", resting());

    const compared = servers(sale);
    console.log(`\nThe same on servers (${compared.requests} polls a second, ${compared.nodes} nodes at the peak)`);
    row("a month in which nobody comes", compared.month);
    row("the sale beside it", compared.sale);
    return 0;
  },
});
