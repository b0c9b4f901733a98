/** Tells buyers by e-mail what became of their orders. */
import type { DynamoDBRecord } from "aws-lambda";
import { now } from "#core/lib/clock.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import { refusalOf } from "#core/lib/ses.ts";
import * as Mail from "#core/ticket/mail.ts";
import { eachRecord } from "../batch.ts";
import { orderIn } from "./order.ts";

const deliver = async (record: DynamoDBRecord): Promise<void> => {
  const order = orderIn(record);
  if (!order) return;
  const { userId, orderId, status } = order;
  if (status !== "confirmed" && status !== "refunded" && status !== "released") return;
  const outcome = await Mail.send({ userId, orderId, kind: status, now: now() });
  if (outcome === "sent") count("MailSent");
  logger.info("mail", { operation: "mail", orderId, kind: status, outcome });
};

/** How long a lasting refusal may still be our own misconfiguration, ms; then the e-mail is let go, so that it holds up nobody else's. */
const PATIENCE = 10 * 60_000;

const hopeless = (error: unknown, { dynamodb }: DynamoDBRecord): boolean =>
  refusalOf(error) === "lasting" && now() - (dynamodb?.ApproximateCreationDateTime ?? 0) * 1000 > PATIENCE;

/** To be read again if its e-mail could not be sent. An error's message may hold an address, so its name is told. */
const attempt = async (record: DynamoDBRecord): Promise<boolean> => {
  try {
    await deliver(record);
    return true;
  } catch (error) {
    const lost = hopeless(error, record);
    const isLater = refusalOf(error) === "rate";
    if (!isLater) count("MailFailed");
    const orderId = record.dynamodb?.NewImage?.orderId?.S;
    const outcome = isLater ? "later" : lost ? "given up" : "failed";
    logger.error("mail", { operation: "mail", orderId, outcome, reason: (error as Error).name });
    return lost;
  }
};

/** One refusal holds up nobody else's e-mail: those sent after it are marked, and skipped when Lambda reads them again. */
export const handler = eachRecord(attempt);
