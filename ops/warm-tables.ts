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
export type Raise = { table: Table; index?: string; from: Units; to: Units };
type Warm = { wanted: Partial<Units>; apply: boolean; client: DynamoDBClient };

/** What buyers write. */
const WRITTEN: Table[] = ["Seats", "Orders", "Accounts"];

/** An index gets a quarter of what its table gets: an order writes at least eight units to its table, and two to an index. */
const INDEX_PART = 4;

/** The account's own quotas for a table. */
const refuseAboveQuota = async ({ wanted: { reads = 0, writes = 0 }, client }: Warm): Promise<void> => {
  const limits = await client.send(new DescribeLimitsCommand({}));
  const most = { reads: limits.TableMaxReadCapacityUnits ?? 0, writes: limits.TableMaxWriteCapacityUnits ?? 0 };
  const refuse = (option: string, quota: number) => {
    throw new Mistake(
      `--${option} is at most ${quota}, this account's quota for a table: raise it in Service Quotas first.`,
    );
  };
  if (writes > most.writes) refuse("writes", most.writes);
  if (reads > most.reads) refuse("reads", most.reads);
};

type Warmth = { ReadUnitsPerSecond?: number | undefined; WriteUnitsPerSecond?: number | undefined };

const unitsOf = ({ ReadUnitsPerSecond: reads = 0, WriteUnitsPerSecond: writes = 0 }: Warmth): Units => ({
  reads,
  writes,
});

/** What the table and each of its indexes take now. */
const current = async (client: DynamoDBClient, TableName: string): Promise<{ index?: string; units: Units }[]> => {
  const { Table: described } = await client.send(new DescribeTableCommand({ TableName }));
  if (!described?.WarmThroughput)
    throw new Mistake("What runs here has no warm throughput: name a deployed stage with --stage.");
  const indexes = (described.GlobalSecondaryIndexes ?? []).map(({ IndexName = "", WarmThroughput = {} }) => ({
    index: IndexName,
    units: unitsOf(WarmThroughput),
  }));
  return [{ units: unitsOf(described.WarmThroughput) }, ...indexes];
};

const warmth = ({ reads, writes }: Units) => ({ ReadUnitsPerSecond: reads, WriteUnitsPerSecond: writes });

/** Table and indexes in one request: DynamoDB takes the next one only when it has done the last. */
const update = async (client: DynamoDBClient, TableName: string, raises: Raise[]): Promise<void> => {
  const own = raises.find(({ index }) => index === undefined);
  const indexes = raises.flatMap(({ index, to }) =>
    index === undefined ? [] : [{ Update: { IndexName: index, WarmThroughput: warmth(to) } }],
  );
  try {
    await client.send(
      new UpdateTableCommand({
        TableName,
        ...(own && { WarmThroughput: warmth(own.to) }),
        ...(indexes.length > 0 && { GlobalSecondaryIndexUpdates: indexes }),
      }),
    );
  } catch (error) {
    if (error instanceof ResourceInUseException)
      throw new Mistake(`${TableName} is still being changed: run this again in a few minutes.`);
    throw error;
  }
};

/** What a table and its indexes lack. Reads of the indexes are few. */
const lacking = async ({ wanted, client }: Warm, of: Table): Promise<Raise[]> =>
  (await current(client, table(of))).flatMap(({ index, units: from }) => {
    const { reads = 0, writes = 0 } = index ? { writes: Math.ceil((wanted.writes ?? 0) / INDEX_PART) } : wanted;
    const to = { reads: Math.max(from.reads, reads), writes: Math.max(from.writes, writes) };
    return to.reads > from.reads || to.writes > from.writes ? [{ table: of, ...(index && { index }), from, to }] : [];
  });

/**
 * Raises each table and index to what is wanted. A table or index that has more keeps it, so a second run changes nothing. Answers what was
 * raised, or would be without `apply`.
 */
export const warmTables = async (options: Warm): Promise<Raise[]> => {
  const { apply, client } = options;
  const raises: Raise[] = [];
  for (const of of WRITTEN) raises.push(...(await lacking(options, of)));
  if (raises.length > 0) await refuseAboveQuota(options);
  if (!apply) return raises;
  for (const of of WRITTEN) {
    const own = raises.filter((raise) => raise.table === of);
    if (own.length > 0) await update(client, table(of), own);
  }
  return raises;
};
