/** A worker's frame: each message or record by itself, all of a batch at once; what failed comes again, what succeeded does not. */
import middy from "@middy/core";
import type { DynamoDBRecord, SQSRecord } from "aws-lambda";
import { observe } from "./observe.ts";

/** Answers whether it is done with it; one that rejects fails its whole batch. */
type Work<R> = (record: R) => Promise<boolean>;

const each = <R>(work: Work<R>, idOf: (record: R) => string) =>
  middy<{ Records: R[] }>()
    .use(observe())
    .handler(async ({ Records }) => {
      const done = await Promise.all(Records.map(work));
      const failed = Records.filter((_, n) => !done[n]);
      return { batchItemFailures: failed.map((record) => ({ itemIdentifier: idOf(record) })) };
    });

export const eachMessage = (work: Work<SQSRecord>) => each(work, ({ messageId }) => messageId);

/** Lambda reads a stream again from the first that failed: whatever came after it comes again too. */
export const eachRecord = (work: Work<DynamoDBRecord>) => each(work, ({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
