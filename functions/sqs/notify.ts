/** Mails a code, a notice of a change, or an order's e-mail once more. Only the messages that fail are delivered again. */
import type { SQSRecord } from "aws-lambda";
import * as Notify from "#core/account/notify.ts";
import { now } from "#core/lib/clock.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import { refusalOf } from "#core/lib/ses.ts";
import * as Mail from "#core/ticket/mail.ts";
import { eachMessage } from "../batch.ts";

/** False if it has to come again. Only the error's name is logged, because its message may have an address. */
const deliver = async ({ body, messageId }: SQSRecord): Promise<boolean> => {
  const facts = { operation: "notify", messageId };
  try {
    const message: { kind?: unknown } = JSON.parse(body);
    const outcome = await (message.kind === "order" ? Mail.again(message, now()) : Notify.deliver(message, now()));
    if (outcome === "sent") count("MailSent");
    if (outcome === "limited") count("MailLimited");
    if (outcome === "parked") count("MailParked");
    logger.info("notify", { ...facts, outcome });
    return outcome !== "early";
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== "rate") count("MailFailed");
    logger.error("notify", { ...facts, outcome: refusal, reason: (error as Error).name });
    return refusal === "lasting"; // SES refuses it each time: whoever wants it asks for another one
  }
};

export const handler = eachMessage(deliver);
