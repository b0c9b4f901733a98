import { type ServiceName, services } from "../core/contract/services.ts";
import { lambda, source } from "./lambda.ts";
import { sends } from "./mail.ts";
import { mailQueue, streamDeadLetters } from "./queue.ts";
import { storage } from "./storage.ts";

const orders = storage.Orders;

const follow = (name: "leave" | "mail") => {
  const { batchSize, retries, filters } = services[name].source;
  const made = lambda(name, [...source.stream(orders, streamDeadLetters), ...(name === "mail" ? [sends] : [])]);
  orders.subscribe(`${name}` satisfies ServiceName, made.live.arn, {
    filters: [...filters],
    transform: {
      eventSourceMapping: {
        // with SST's LATEST, records may be missed in the minutes in which Lambda makes or changes the mapping. Both consumers skip what
        // they have done, so an older record does no harm
        startingPosition: "TRIM_HORIZON",
        batchSize,
        functionResponseTypes: ["ReportBatchItemFailures"],
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: retries,
        // one invocation per shard at a time, so that no two invocations send the same e-mail
        parallelizationFactor: 1,
        destinationConfig: { onFailure: { destinationArn: streamDeadLetters.arn } },
      },
    },
  });
  return made;
};

/** Two consumers, so that a slow mailer does not delay the queue. */
export const leave = follow("leave");
export const mail = follow("mail");

const { batchSize, concurrency } = services.notify.source;

/** Sends what somebody asked for by e-mail, such as a code. */
export const notify = lambda("notify", [source.queue(mailQueue), sends]);

mailQueue.subscribe(notify.live.arn, {
  batch: { size: batchSize, partialResponses: true },
  transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: concurrency } } },
});
