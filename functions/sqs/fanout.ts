/** Ends the orders of a cancelled event, and mails the buyers of a changed one: a page for each message. */
import type { SQSRecord } from "aws-lambda";
import * as Fanout from "#core/fanout/work.ts";
import { now } from "#core/lib/clock.ts";
import { logger } from "#core/lib/logger.ts";
import { eachMessage } from "../batch.ts";

const page = async ({ body, messageId, attributes }: SQSRecord): Promise<boolean> => {
  const started = now();
  const facts = { operation: "fanout", messageId, receives: attributes.ApproximateReceiveCount, page: body };
  try {
    const { outcome, again = false } = await Fanout.work(JSON.parse(body), started);
    logger.info("fanout", { ...facts, outcome, ms: now() - started });
    return !again;
  } catch (error) {
    logger.error("fanout", { ...facts, outcome: "failed", error: error as Error, ms: now() - started });
    return false;
  }
};

export const handler = eachMessage(page);
