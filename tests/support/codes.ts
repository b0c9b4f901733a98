/** Codes as a test reads them: from the mailbox, or from the queue before they are mailed. */
import { randomUUID } from "node:crypto";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { sqs } from "#core/lib/sqs.ts";
import { invoke } from "#local/lambda.ts";
import type { Stage } from "./harness.ts";
import { type Email, inbox } from "./inbox.ts";

/** The e-mails that an address got, the newest last. */
export const mailsTo = async (email: string): Promise<Email[]> =>
  (await inbox()).filter(({ destination }) => destination.to.includes(email));

/** The eight digits of an e-mail. */
export const codeIn = (mail: Email | undefined): string => /\b\d{8}\b/.exec(mail?.body.text ?? "")?.[0] ?? "no code";

/** The token of an e-mail's "this was not me". */
export const disownIn = (mail: Email | undefined): string =>
  /\/disown#([\w.-]+)/.exec(mail?.body.text ?? "")?.[1] ?? "no token";

/** Takes what waits in the mail queue out of it, to be delivered by hand. */
export const intercept = async (stage: Stage): Promise<string[]> => {
  const bodies: string[] = [];
  for (;;) {
    const QueueUrl = stage.resources.queues.MailQueue;
    const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = "" }) => Body)); // invisible from now on, for longer than a test
  }
};

/** Delivers messages to the worker in one batch; answers how many come again. */
export const deliver = async (...bodies: string[]): Promise<number> => {
  const Records = bodies.map((body) => ({ messageId: randomUUID(), body, attributes: {} }));
  const { batchItemFailures } = (await invoke("notify", { Records })) as { batchItemFailures: unknown[] };
  return batchItemFailures.length;
};
