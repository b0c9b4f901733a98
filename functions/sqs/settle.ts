/** Settles payments: each message by itself, all of a batch at once; what fails comes again, what succeeded does not. */
import type { SQSRecord } from "aws-lambda";
import { now } from "#core/lib/clock.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import * as Payment from "#core/payment/index.ts";
import { eachMessage } from "../batch.ts";

/** What a message is about, for the log: read from it as it is, for it may be one that nobody understands. */
const about = (body: string): Record<string, unknown> => {
  const { kind, orderId, attemptId, chargeId, reference } = (parse(body) ?? {}) as Record<string, unknown>;
  return { kind, orderId, attemptId, chargeId, reference };
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // it fails where it is settled
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
