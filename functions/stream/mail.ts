/** Sends buyers an e-mail when their order is confirmed, refunded or released. */
import type { DynamoDBRecord } from "aws-lambda";
import { now } from "#core/lib/clock.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import { refusalOf } from "#core/lib/ses.ts";
import * as Mail from "#core/ticket/mail.ts";
import { eachRecord } from "../batch.ts";
import { orderIn } from "./order.ts";

const counted = { sent: "MailSent", limited: "MailLimited", parked: "MailParked" } as const;

const deliver = async (record: DynamoDBRecord): Promise<void> => {
  const order = orderIn(record);
  if (!order) return;
  const { userId, orderId, status } = order;
  if (status !== "confirmed" && status !== "refunded" && status !== "released") return;
  const outcome = await Mail.send({ userId, orderId, kind: status, now: now() });
  if (outcome !== "skipped") count(counted[outcome]);
  logger.info("mail", { operation: "mail", orderId, kind: status, outcome });
};

/** False if SES takes no e-mail now, so that Lambda reads the record again. Only the error's name is logged: its message may have an address. */
const attempt = async (record: DynamoDBRecord): Promise<boolean> => {
  try {
    await deliver(record);
    return true;
  } catch (error) {
    const outcome = refusalOf(error) === "rate" ? "later" : "failed";
    if (outcome === "failed") count("MailFailed");
    const orderId = record.dynamodb?.NewImage?.orderId?.S;
    logger.error("mail", { operation: "mail", orderId, outcome, reason: (error as Error).name });
    return false;
  }
};

/** A refused e-mail does not delay others. Those sent after it are marked, and are skipped when Lambda reads them again. */
export const handler = eachRecord(attempt);
