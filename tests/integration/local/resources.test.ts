import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { beforeAll, expect, inject, test } from "vitest";
import { services } from "#core/contract/services.ts";
import { tables } from "#core/contract/tables.ts";
import { createResources, type Resources } from "#local/resources.ts";

const prefix = `resources-${process.pid}`;
let resources: Resources;

beforeAll(async () => {
  resources = await createResources({ prefix, ...inject("engines") });
  Object.assign(process.env, resources.env);
});

test("the tables have their keys, indexes, stream and expiry", async () => {
  const client = new DynamoDBClient({});
  const { Table: orders } = await client.send(new DescribeTableCommand({ TableName: resources.tables.Orders }));
  expect(orders?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" });
  const indexes = orders?.GlobalSecondaryIndexes?.map((index) => index.IndexName ?? "");
  expect(indexes?.sort()).toEqual(Object.keys(tables.Orders.globalIndexes).sort());
  const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: resources.tables.Accounts }));
  expect(ttl.TimeToLiveDescription).toMatchObject({ AttributeName: "expires", TimeToLiveStatus: "ENABLED" });
});

test("the settle queue has its visibility and its dead letters, and takes messages at its linked address", async () => {
  const client = new SQSClient({});
  const { url } = JSON.parse(process.env.SST_RESOURCE_SettleQueue ?? "{}") as { url: string };
  expect(url).toBe(resources.queues.SettleQueue);
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }));
  expect(Attributes?.VisibilityTimeout).toBe(String(services.settle.source.visibility));
  expect(JSON.parse(Attributes?.RedrivePolicy ?? "{}")).toMatchObject({
    deadLetterTargetArn: expect.stringContaining(`${prefix}-SettleDeadLetters`),
    maxReceiveCount: services.settle.source.maxReceives,
  });
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "hello" }));
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 2 }));
  expect(Messages?.[0]?.Body).toBe("hello");
});

test("making the resources again keeps their data", async () => {
  const again = await createResources({ prefix, ...inject("engines") });
  expect(again.queues).toEqual(resources.queues);
});
