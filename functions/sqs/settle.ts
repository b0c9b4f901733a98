/** Settles payments. A batch is processed in parallel, each message by itself. Only failed messages are delivered again. */
import type { SQSRecord } from "aws-lambda";
import { now } from "#core/lib/clock.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Payment from "#core/payment/index.ts";
import { eachMessage } from "../batch.ts";

/** The message's ids, for the log. They are read without a schema, because the message may be invalid. */
const about = (body: string): Record<string, unknown> => {
  const { kind, orderId, attemptId, chargeId, reference } = (parse(body) ?? {}) as Record<string, unknown>;
  return { kind, orderId, attemptId, chargeId, reference };
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // `Payment.settle` refuses it
  }
};

const settle = async ({ body, messageId, attributes }: SQSRecord): Promise<boolean> => {
  const started = now();
  const facts = { operation: "settle", messageId, receives: attributes.ApproximateReceiveCount, ...about(body) };
  try {
    const { outcome, acceptedAt, again = false, provider, code } = await Payment.settle(parse(body), started);
    if (outcome === "confirmed" && acceptedAt !== undefined) count("SettleLatency", now() - acceptedAt);
    logger.info("settle", { ...facts, outcome, provider, code, ms: now() - started });
    return !again;
  } catch (error) {
    logger.error("settle", { ...facts, outcome: "failed", error: error as Error, ms: now() - started });
    return false;
  }
};

export const handler = eachMessage(settle);
