import { type Table, type TableName, tables } from "../core/contract/tables.ts";
import { production } from "./settings.ts";

// SST's own link would grant `dynamodb:*`. This link has only the name; core/contract/permissions.ts has the grants.
sst.Linkable.wrap(sst.aws.Dynamo, (table) => ({ properties: { name: table.name } }));

const dynamo = (name: TableName, table: Table) =>
  new sst.aws.Dynamo(name, {
    ...table,
    deletionProtection: production,
    transform: {
      table: (_, options) => {
        options.protect = production;
        // `npm run warm` raises it. If the value here were lower, AWS would replace the table or index
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
