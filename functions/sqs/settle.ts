/** Settles payments: each message by itself, all of a batch at once; what fails comes again, what succeeded does not. */
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { now } from "#core/lib/clock.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Payment from "#core/payment/index.ts";
import { observe } from "../observe.ts";

const settle = async ({ body, messageId, attributes }: SQSRecord): Promise<string[]> => {
  const receives = attributes.ApproximateReceiveCount;
  try {
    const { outcome, acceptedAt } = await Payment.settle(JSON.parse(body), now());
    if (outcome === "confirmed" && acceptedAt !== undefined) count("SettleLatency", now() - acceptedAt);
    logger.info("settle", { operation: "settle", messageId, receives, outcome });
    return [];
  } catch (error) {
    logger.error("settle", { operation: "settle", messageId, receives, outcome: "failed", error: error as Error });
    return [messageId];
  }
};

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(observe())
  .handler(async ({ Records }) => {
    const failures = (await Promise.all(Records.map(settle))).flat();
    return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
  });
