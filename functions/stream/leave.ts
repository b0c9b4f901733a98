/** What follows when an order leaves: a buyer's slot in the queue is free, a card's money goes back. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import middy from "@middy/core";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { logger } from "#core/lib/logger.ts";
import * as Order from "#core/order/index.ts";
import * as Payment from "#core/payment/index.ts";
import * as Queue from "#core/queue/index.ts";
import { observe } from "../observe.ts";

const deliver = async ({ dynamodb }: DynamoDBRecord): Promise<void> => {
  const item = unmarshall((dynamodb?.NewImage ?? {}) as Record<string, AttributeValue>);
  if (!Order.isOrder(item)) return;
  const { userId, eventId, orderId, admittedAt, status } = Order.toOrder(item);
  if (status === "refunding") return Payment.requestRefund({ userId, orderId });
  // an event without a queue, or an order that was given back meanwhile
  if (status !== "confirmed" || admittedAt === undefined) return;
  await Queue.free({ userId, eventId, admittedAt });
  logger.info("left", { operation: "leave", orderId, outcome: "freed" });
};

/** The record to read again from, if Redis was out of reach: freeing names its admission, so that again does no harm. */
const attempt = async (record: DynamoDBRecord): Promise<string[]> => {
  try {
    await deliver(record);
    return [];
  } catch (error) {
    logger.error("leave", { operation: "leave", outcome: "failed", error: error as Error });
    return [record.dynamodb?.SequenceNumber ?? ""];
  }
};

export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>()
  .use(observe())
  .handler(async ({ Records }) => {
    const failures = (await Promise.all(Records.map(attempt))).flat();
    return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
  });
