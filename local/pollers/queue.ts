/**
 * Lambda's event source mapping for SQS: it polls, hands over batches, and deletes messages that succeeded. A failed message stays
 * invisible until the queue's visibility timeout, and goes to the dead-letter queue by the queue's own redrive policy.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { type Poller, report, reported } from "./poller.ts";

export type QueueOptions = {
  client: SQSClient;
  /** Address of the queue. */
  url: string;
  batchSize: number;
  handle: (event: SQSEvent) => Promise<unknown>;
  /** Batches at the same time in the background. Lambda starts with 5. */
  concurrency?: number;
  /** Seconds until a failed message is delivered again, for tests. Default: the queue's visibility timeout. */
  redeliverAfter?: number;
};

export const createQueuePoller = (options: QueueOptions): Poller => {
  const { client, url, batchSize, handle } = options;
  let running = false;
  let loops: Promise<void>[] = [];
  let aborter = new AbortController();
  const inFlight = new Set<Promise<unknown>>();

  const receive = async (wait: number): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: Math.min(batchSize, 10),
      WaitTimeSeconds: wait,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return (await client.send(command, { abortSignal: aborter.signal })).Messages ?? [];
  };

  const deliver = async (messages: Message[]): Promise<void> => {
    const failed = await attempt(messages);
    const succeeded = messages.filter((message) => !failed.has(message.MessageId ?? ""));
    if (succeeded.length > 0)
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: succeeded.map(handleOf) }));
    const { redeliverAfter } = options;
    if (failed.size === 0 || redeliverAfter === undefined) return;
    const again = messages.filter((message) => failed.has(message.MessageId ?? ""));
    const Entries = again.map((message, index) => ({ ...handleOf(message, index), VisibilityTimeout: redeliverAfter }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
  };

  /** The ids that failed: those reported, or all if the function threw. */
  const attempt = async (messages: Message[]): Promise<Set<string>> => {
    const ids = messages.map((message) => message.MessageId ?? "");
    try {
      const failed = reported(await handle({ Records: messages.map((message) => toRecord(message, url)) }), ids);
      return failed === "all" ? new Set(ids) : failed;
    } catch (error) {
      report("batch failed", { source: url, records: ids.length, error: String(error) });
      return new Set(ids);
    }
  };

  const tracked = (messages: Message[]): Promise<void> => {
    const delivery = deliver(messages).finally(() => inFlight.delete(delivery));
    inFlight.add(delivery);
    return delivery;
  };

  const loop = async () => {
    while (running) {
      try {
        const messages = await receive(20);
        if (messages.length > 0) await tracked(messages);
      } catch (error) {
        if (!running) return;
        report("queue poller", { source: url, error: String(error) });
        await sleep(500);
      }
    }
  };

  return {
    start: () => {
      if (running) return;
      running = true;
      aborter = new AbortController();
      loops = Array.from({ length: options.concurrency ?? 5 }, loop);
    },
    drain: async () => {
      for (let handled = 0; ; ) {
        const messages = await receive(0);
        if (messages.length > 0) await tracked(messages);
        else if (inFlight.size === 0) return handled;
        else await Promise.allSettled(inFlight);
        handled += messages.length;
      }
    },
    stop: async () => {
      running = false;
      aborter.abort();
      await Promise.all(loops);
      await Promise.allSettled(inFlight);
    },
  };
};

const handleOf = (message: Message, index: number) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle });

const toRecord = (message: Message, url: string): SQSRecord => ({
  messageId: message.MessageId ?? "",
  receiptHandle: message.ReceiptHandle ?? "",
  body: message.Body ?? "",
  attributes: (message.Attributes ?? {}) as unknown as SQSRecord["attributes"],
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
      name,
      {
        dataType: value.DataType as "String",
        ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
        ...(value.BinaryValue && { binaryValue: Buffer.from(value.BinaryValue).toString("base64") }),
      },
    ]),
  ),
  md5OfBody: message.MD5OfBody ?? "",
  eventSource: "aws:sqs",
  eventSourceARN: `arn:aws:sqs:us-east-1:${new URL(url).pathname.slice(1).replace("/", ":")}`,
  awsRegion: "us-east-1",
});
