/** The SQS client, made once per environment. Callers import it lazily, because few requests send a message. */
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { link } from "./config.ts";
import { socketTimeout } from "./socket-timeout.ts";

let client: SQSClient | undefined;

export const sqs = (): SQSClient => {
  client ??= new SQSClient({ maxAttempts: 4, requestHandler: socketTimeout() });
  return client;
};

/** Sends one JSON message to a linked queue. It can be received after `delay` seconds (≤ 900). */
export const send = async (
  queue: "SettleQueue" | "MailQueue" | "FanoutQueue",
  message: unknown,
  delay = 0,
): Promise<void> => {
  const MessageBody = JSON.stringify(message);
  await sqs().send(new SendMessageCommand({ QueueUrl: link(queue).url, MessageBody, DelaySeconds: delay }));
};
