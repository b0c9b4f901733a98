import { type Table, type TableName, tables } from "../functions/tables.ts";
import { production, settings } from "./settings.ts";

// SST's own link would grant `dynamodb:*`: a link tells the name, permissions.ts grants.
sst.Linkable.wrap(sst.aws.Dynamo, (table) => ({ properties: { name: table.name } }));

const warmThroughput = {
  readUnitsPerSecond: Math.max(settings.warm.reads, 12_000),
  writeUnitsPerSecond: Math.max(settings.warm.writes, 4_000),
};
const warm = settings.warm.reads + settings.warm.writes > 0;

const dynamo = (name: TableName, table: Table) =>
  new sst.aws.Dynamo(name, {
    ...table,
    deletionProtection: production,
    transform: {
      table: (args, options) => {
        if (warm) args.warmThroughput = warmThroughput;
        options.protect = production;
      },
    },
  });

/** The four tables, on demand, with point-in-time recovery. */
export const storage = {
  Catalog: dynamo("Catalog", tables.Catalog),
  Seats: dynamo("Seats", tables.Seats),
  Orders: dynamo("Orders", tables.Orders),
  Accounts: dynamo("Accounts", tables.Accounts),
};
