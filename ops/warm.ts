/** `npm run warm`: raises what the tables take at once, before a big sale. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { command, DEPLOYED, Mistake, type Values } from "./command.ts";

const HELP = `Raises the warm throughput of the tables that buyers write (Seats, Orders, Accounts), and the writes of their indexes to a
quarter of that. A new table takes 4,000 writes and 12,000 reads a second. Every unit above that is paid once (docs/cost.md), and DynamoDB
never lowers it. Without --apply it only prints what it would raise. It can be run any number of times.

  npm run warm -- --stage NAME [options]

  --apply         do it
  --writes N      units a second and table; docs/runbook.md says how many a sale needs
  --reads N       the same for reads
${DEPLOYED}
  --help          this text
`;

const units = (name: string, value: unknown): number | undefined => {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new Mistake(`--${name} is a whole number of units a second, such as 20000.`);
  return number;
};

const wantedOf = ({ writes, reads }: Values) => {
  if (writes === undefined && reads === undefined) throw new Mistake("Name --writes, --reads or both. See --help.");
  return { writes: units("writes", writes), reads: units("reads", reads) };
};

await command({
  help: HELP,
  options: { writes: { type: "string" }, reads: { type: "string" } },
  deployed: true,
  check: wantedOf,
  run: async ({ apply, ...values }) => {
    const wanted = wantedOf(values);
    const { warmTables } = await import("./warm-tables.ts");
    const client = new DynamoDBClient({});
    const raises = await warmTables({ wanted, apply, client });
    client.destroy();
    for (const { table, index, from, to } of raises)
      console.log(
        `  ${(index ? `${table}.${index}` : table).padEnd(14)} ${apply ? "" : "would be: "}writes ${from.writes} → ${to.writes}, reads ${from.reads} → ${to.reads}`,
      );
    if (raises.length === 0) console.log("Every table takes as much already.");
    else console.log(apply ? "DynamoDB does it within minutes." : "Nothing was changed: add --apply.");
    return 0;
  },
});
