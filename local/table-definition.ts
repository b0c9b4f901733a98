/** The request to DynamoDB that makes a table of core/contract. */
import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import type { Table } from "#core/contract/tables.ts";

export const definition = (TableName: string, table: Table): CreateTableCommandInput => {
  const indexes = Object.entries(table.globalIndexes ?? {}).map(([IndexName, index]) => ({
    IndexName,
    KeySchema: keySchema(index),
    Projection: projection(index.projection),
  }));
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: Object.entries(table.fields).map(([AttributeName, type]) => ({
      AttributeName,
      AttributeType: type === "number" ? "N" : "S",
    })),
    KeySchema: keySchema(table.primaryIndex),
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
    ...(table.stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } }),
  };
};

const keySchema = ({ hashKey, rangeKey }: { hashKey: string; rangeKey: string }) => [
  { AttributeName: hashKey, KeyType: "HASH" as const },
  { AttributeName: rangeKey, KeyType: "RANGE" as const },
];

const projection = (of: "all" | "keys-only" | string[] = "all") => {
  if (Array.isArray(of)) return { ProjectionType: "INCLUDE" as const, NonKeyAttributes: of };
  return { ProjectionType: of === "all" ? ("ALL" as const) : ("KEYS_ONLY" as const) };
};
