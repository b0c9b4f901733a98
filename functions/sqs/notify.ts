/** Mails a code, a notice of a change, an invitation, or an order's e-mail once more, and erases accounts. Only the messages that fail are delivered again. */
import type { SQSRecord } from "aws-lambda";
import * as Notify from "#core/account/notify.ts";
import { now } from "#core/lib/clock.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import { refusalOf } from "#core/lib/ses.ts";
import { eachMessage } from "../batch.ts";

type Facts = { operation: string; messageId: string };
type Message = { kind?: unknown; userId?: unknown };

/** It is loaded only when it is needed: a visitor waits for a code, and tickets need images. */
const mailAgain = async (message: object) => {
  const { again } = await import("#core/ticket/mail.ts");
  return again(message, now());
};

const mailInvitation = async (message: object) => {
  const { deliver } = await import("#core/organisation/mail.ts");
  return deliver(message, now());
};

const mail = (message: Message) => {
  if (message.kind === "order") return mailAgain(message);
  if (message.kind === "invitation") return mailInvitation(message);
  return Notify.deliver(message, now());
};

/** False if it has to come again. Only the error's name is logged, because its message may have an address. */
const deliver = async (message: Message, facts: Facts): Promise<boolean> => {
  try {
    const outcome = await mail(message);
    if (outcome === "sent") count("MailSent");
    if (outcome === "limited") count("MailLimited");
    if (outcome === "parked") count("MailParked");
    logger.info("notify", { ...facts, outcome });
    return outcome !== "early";
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== "rate") count("MailFailed");
    logger.error("notify", { ...facts, outcome: refusal, reason: (error as Error).name });
    return refusal === "lasting"; // SES refuses it each time, and the user can ask for another one
  }
};

/** As `deliver`. It is loaded only when it is needed. */
const erase = async (userId: string, facts: Facts): Promise<boolean> => {
  try {
    const { run } = await import("#core/privacy/erase.ts");
    const outcome = await run({ userId, now: now() });
    logger.info("notify", { ...facts, userId, outcome });
    return true;
  } catch (error) {
    logger.error("notify", { ...facts, userId, outcome: "failed", reason: (error as Error).name });
    return false;
  }
};

const read = (body: string): Message => {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {}; // `deliver` refuses it
  }
};

const work = async ({ body, messageId }: SQSRecord): Promise<boolean> => {
  const message = read(body);
  const { kind, userId } = message;
  if (kind === "erase" && typeof userId === "string") return erase(userId, { operation: "erase", messageId });
  return deliver(message, { operation: "notify", messageId });
};

export const handler = eachMessage(work);
