/** Follows orders that are confirmed or refunding: frees the buyer's slot in the queue, or requests the refund of a card. */
import type { DynamoDBRecord } from "aws-lambda";
import { logger } from "#core/lib/logger.ts";
import * as Payment from "#core/payment/index.ts";
import * as Queue from "#core/queue/index.ts";
import { eachRecord } from "../batch.ts";
import { orderIn } from "./order.ts";

const deliver = async (record: DynamoDBRecord): Promise<void> => {
  const order = orderIn(record);
  if (!order) return;
  const { userId, eventId, orderId, admittedAt, status } = order;
  if (status === "refunding") return Payment.requestRefund({ userId, orderId });
  // the event has no queue, or the order was given back meanwhile
  if (status !== "confirmed" || admittedAt === undefined) return;
  await Queue.free({ userId, eventId, admittedAt });
  logger.info("left", { operation: "leave", orderId, outcome: "freed" });
};

/** False if Redis was unreachable, so that Lambda reads the record again. Freeing twice does no harm, because it names its admission. */
const attempt = async (record: DynamoDBRecord): Promise<boolean> => {
  try {
    await deliver(record);
    return true;
  } catch (error) {
    logger.error("leave", { operation: "leave", outcome: "failed", error: error as Error });
    return false;
  }
};

export const handler = eachRecord(attempt);
