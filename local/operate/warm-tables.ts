/** Warm throughput: what a table takes at once, without time to grow. DynamoDB raises it and never lowers it. */
import {
  DescribeLimitsCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { type Table, table } from "#core/lib/dynamo.ts";
import { Mistake } from "./command.ts";

/** Units a second. */
export type Units = { reads: number; writes: number };
export type Raise = { table: Table; from: Units; to: Units };
type Warm = { wanted: Partial<Units>; apply: boolean; client: DynamoDBClient };

/**
 * What buyers write. Their indexes need no warming: an order writes each at most twice, so that at 24 units a buyer the 4,000 that
 * a new index takes are enough for a table of 40,000.
 */
const WRITTEN: Table[] = ["Seats", "Orders", "Accounts"];

/** The account's own quotas for a table. */
const refuseAboveQuota = async ({ wanted: { reads = 0, writes = 0 }, client }: Warm): Promise<void> => {
  const limits = await client.send(new DescribeLimitsCommand({}));
  const most = { reads: limits.TableMaxReadCapacityUnits ?? 0, writes: limits.TableMaxWriteCapacityUnits ?? 0 };
  const refuse = (option: string, quota: number) => {
    throw new Mistake(
      `--${option} is at most ${quota}, this account's quota a table: raise it in Service Quotas first.`,
    );
  };
  if (writes > most.writes) refuse("writes", most.writes);
  if (reads > most.reads) refuse("reads", most.reads);
};

const current = async (client: DynamoDBClient, TableName: string): Promise<Units> => {
  const { Table: described } = await client.send(new DescribeTableCommand({ TableName }));
  const warm = described?.WarmThroughput;
  if (!warm) throw new Mistake("What runs here has no warm throughput: name a deployed stage with --stage.");
  return { reads: warm.ReadUnitsPerSecond ?? 0, writes: warm.WriteUnitsPerSecond ?? 0 };
};

const update = async (client: DynamoDBClient, TableName: string, { reads, writes }: Units): Promise<void> => {
  try {
    const WarmThroughput = { ReadUnitsPerSecond: reads, WriteUnitsPerSecond: writes };
    await client.send(new UpdateTableCommand({ TableName, WarmThroughput }));
  } catch (error) {
    if (error instanceof ResourceInUseException)
      throw new Mistake(`${TableName} is still being changed: run this again in a few minutes.`);
    throw error;
  }
};

/** Each table up to what is wanted; what has more keeps it. Run again it finds nothing to do. Answers what is, or would be, raised. */
export const warmTables = async (options: Warm): Promise<Raise[]> => {
  const { wanted, apply, client } = options;
  const raises: Raise[] = [];
  for (const of of WRITTEN) {
    const from = await current(client, table(of));
    const to = {
      reads: Math.max(from.reads, wanted.reads ?? 0),
      writes: Math.max(from.writes, wanted.writes ?? 0),
    };
    if (to.reads > from.reads || to.writes > from.writes) raises.push({ table: of, from, to });
  }
  if (raises.length > 0) await refuseAboveQuota(options);
  if (apply) for (const { table: of, to } of raises) await update(client, table(of), to);
  return raises;
};
