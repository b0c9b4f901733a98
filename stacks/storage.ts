import { type Table, type TableName, tables } from "../core/contract/tables.ts";
import { production } from "./settings.ts";

// SST's own link would grant `dynamodb:*`: a link tells the name, core/contract/permissions.ts grants.
sst.Linkable.wrap(sst.aws.Dynamo, (table) => ({ properties: { name: table.name } }));

const dynamo = (name: TableName, table: Table) =>
  new sst.aws.Dynamo(name, {
    ...table,
    deletionProtection: production,
    transform: {
      table: (_, options) => {
        options.protect = production;
        // `npm run warm` raises it; AWS would replace a table, or an index, whose figure here is lower
        options.ignoreChanges = ["warmThroughput", "globalSecondaryIndexes[*].warmThroughput"];
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
