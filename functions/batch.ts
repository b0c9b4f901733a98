/** The frame of a worker. It processes a batch in parallel, each message or record by itself. Only the failed ones are delivered again. */
import middy from "@middy/core";
import type { DynamoDBRecord, SQSRecord } from "aws-lambda";
import { observe } from "./observe.ts";

/** Resolves to whether the record is done. A rejection fails the whole batch. */
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

/** Lambda reads a stream again from the first record that failed, so all later records are delivered again too. */
export const eachRecord = (work: Work<DynamoDBRecord>) => each(work, ({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
