/** `npm run redrive`: sends the payments that were set aside to the settle queue again, once what stopped them is mended. */

import { parseArgs } from "node:util";
import { GetQueueAttributesCommand, SQSClient, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { outputs } from "./outputs.ts";

const { values } = parseArgs({ options: { "per-second": { type: "string", default: "50" } } });
const { settleDeadLetters, settleDeadLettersArn, settleQueueArn } = outputs();

const sqs = new SQSClient({});
const { Attributes } = await sqs.send(
  new GetQueueAttributesCommand({ QueueUrl: settleDeadLetters, AttributeNames: ["ApproximateNumberOfMessages"] }),
);
const waiting = Number(Attributes?.ApproximateNumberOfMessages ?? 0);
if (waiting === 0) console.log("No payment waits among the dead letters.");
else {
  await sqs.send(
    new StartMessageMoveTaskCommand({
      SourceArn: settleDeadLettersArn,
      DestinationArn: settleQueueArn,
      MaxNumberOfMessagesPerSecond: Number(values["per-second"]),
    }),
  );
  // settling is idempotent: a payment that was settled meanwhile stays settled
  console.log(`About ${waiting} payments go back to the settle queue, ${values["per-second"]} a second.`);
}
