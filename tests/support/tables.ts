/** Deletes a test file's tables at its end: the more items DynamoDB Local has in memory, the longer each refused transaction takes. */
import { DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, inject } from "vitest";
import { tables } from "#core/contract/tables.ts";

afterAll(async () => {
  const made = Object.keys(tables).flatMap((name) => process.env[`SST_RESOURCE_${name}`] ?? []);
  // not by the stage's own address: that may lead through a proxy, which has ended
  const client = new DynamoDBClient({ endpoint: inject("engines").dynamodb.url });
  await Promise.all(made.map((link) => client.send(new DeleteTableCommand({ TableName: JSON.parse(link).name }))));
  client.destroy();
});
