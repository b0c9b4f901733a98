/** Raises the tables' warm throughput at a DynamoDB that answers as AWS documents it, because DynamoDB Local has none. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Table, table } from "#core/lib/dynamo.ts";
import { warmTables } from "#ops/warm-tables.ts";
import { stage } from "#tests/support/harness.ts";

type WarmThroughput = { ReadUnitsPerSecond: number; WriteUnitsPerSecond: number };
type Input = {
  TableName: string;
  WarmThroughput?: WarmThroughput;
  GlobalSecondaryIndexUpdates?: { Update: { IndexName: string; WarmThroughput: Partial<WarmThroughput> } }[];
};

const servers: Server[] = [];

/** Tables with this throughput, in an account with the default quotas. Lowering is refused, as DynamoDB does. */
const dynamodb = async (writes: Partial<Record<Table, number>> = {}) => {
  const names = ["Catalog", "Seats", "Orders", "Accounts"] as const;
  const warm = new Map<string, WarmThroughput>(
    names.map((name) => [table(name), { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: writes[name] ?? 4_000 }]),
  );
  const updates: string[] = [];
  const busy = new Set<string>();
  const refused = (type: string) => ({ status: 400, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}` } });
  const indexes = new Map<string, WarmThroughput>(
    ["byOpen", "byEnded", "byRef"].map((name) => [name, { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4_000 }]),
  );
  const ofTable = (TableName: string) =>
    TableName === table("Orders")
      ? { GlobalSecondaryIndexes: [...indexes].map(([IndexName, WarmThroughput]) => ({ IndexName, WarmThroughput })) }
      : {};
  const lowers = (to: Partial<WarmThroughput>, from: WarmThroughput) =>
    (to.ReadUnitsPerSecond ?? from.ReadUnitsPerSecond) < from.ReadUnitsPerSecond ||
    (to.WriteUnitsPerSecond ?? from.WriteUnitsPerSecond) < from.WriteUnitsPerSecond;
  const answer = (operation: string, input: Input) => {
    const before = warm.get(input.TableName);
    if (operation === "DescribeLimits")
      return { status: 200, body: { TableMaxReadCapacityUnits: 40_000, TableMaxWriteCapacityUnits: 40_000 } };
    if (!before) return refused("ResourceNotFoundException");
    if (operation === "DescribeTable")
      return {
        status: 200,
        body: { Table: { TableName: input.TableName, WarmThroughput: before, ...ofTable(input.TableName) } },
      };
    if (busy.has(input.TableName)) return refused("ResourceInUseException");
    const { WarmThroughput = before, GlobalSecondaryIndexUpdates = [] } = input;
    if (lowers(WarmThroughput, before)) return refused("ValidationException");
    for (const { Update } of GlobalSecondaryIndexUpdates) {
      const index = indexes.get(Update.IndexName);
      if (!index || lowers(Update.WarmThroughput, index)) return refused("ValidationException");
    }
    warm.set(input.TableName, WarmThroughput);
    for (const { Update } of GlobalSecondaryIndexUpdates)
      indexes.set(Update.IndexName, { ...indexes.get(Update.IndexName), ...Update.WarmThroughput } as WarmThroughput);
    updates.push(input.TableName);
    return { status: 200, body: {} };
  };
  const server = createServer(async (request, response) => {
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const { status, body } = answer(operation, (await json(request)) as Parameters<typeof answer>[1]);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  return {
    client,
    updates,
    busy,
    has: (name: Table) => warm.get(table(name)),
    index: (name: string) => indexes.get(name),
  };
};

beforeAll(async () => {
  await stage();
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe("warming", () => {
  it("raises the throughput of the tables that buyers write, once", async () => {
    const { client, updates, has, index } = await dynamodb();
    const wanted = { writes: 20_000, reads: 40_000 };
    const raises = await warmTables({ wanted, apply: true, client });
    expect(raises.map(({ table, index }) => index ?? table)).toEqual([
      ...["Seats", "Orders", "byOpen", "byEnded", "byRef", "Accounts"],
    ]);
    for (const name of ["byOpen", "byEnded", "byRef"])
      expect(index(name)).toEqual({ ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 5_000 });
    for (const name of ["Seats", "Orders", "Accounts"] as const)
      expect(has(name)).toEqual({ ReadUnitsPerSecond: 40_000, WriteUnitsPerSecond: 20_000 });
    expect(has("Catalog")).toEqual({ ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4_000 });
    expect(await warmTables({ wanted, apply: true, client })).toEqual([]);
    expect(updates).toHaveLength(3);
  });

  it("lowers nothing: a higher figure stays, and the other is raised", async () => {
    const { client, has } = await dynamodb({ Seats: 30_000 });
    await warmTables({ wanted: { writes: 20_000, reads: 15_000 }, apply: true, client });
    expect(has("Seats")).toEqual({ ReadUnitsPerSecond: 15_000, WriteUnitsPerSecond: 30_000 });
    expect(has("Orders")).toEqual({ ReadUnitsPerSecond: 15_000, WriteUnitsPerSecond: 20_000 });
  });

  it("changes nothing without --apply, and prints what it would change", async () => {
    const { client, updates } = await dynamodb();
    const [first] = await warmTables({ wanted: { writes: 20_000 }, apply: false, client });
    expect(first).toEqual({
      table: "Seats",
      from: { reads: 12_000, writes: 4_000 },
      to: { reads: 12_000, writes: 20_000 },
    });
    expect(updates).toEqual([]);
  });

  it.each([
    [{ writes: 40_001 }, /--writes is at most 40000/],
    [{ reads: 50_000 }, /--reads is at most 40000/],
  ])("refuses more than the account's quota before it changes a table: %o", async (wanted, why) => {
    const { client, updates } = await dynamodb();
    await expect(warmTables({ wanted, apply: true, client })).rejects.toThrow(why);
    expect(updates).toEqual([]);
  });

  it("reports a table that is still being changed", async () => {
    const { client, busy } = await dynamodb();
    busy.add(table("Orders"));
    await expect(warmTables({ wanted: { writes: 9_000 }, apply: true, client })).rejects.toThrow(/in a few minutes/);
  });

  it("says that DynamoDB Local has no warm throughput", async () => {
    const client = new DynamoDBClient({});
    await expect(warmTables({ wanted: { writes: 9_000 }, apply: true, client })).rejects.toThrow(/--stage/);
    client.destroy();
  });
});
