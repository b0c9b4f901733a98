import { type ServiceName, services } from "../core/contract/services.ts";
import { lambda, source } from "./lambda.ts";
import { sends } from "./mail.ts";
import { fanoutQueue, mailQueue, streamDeadLetters } from "./queue.ts";
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

const work = (name: "notify" | "fanout", queue: sst.aws.Queue) => {
  const { batchSize, concurrency } = services[name].source;
  const made = lambda(name, [source.queue(queue), sends]);
  queue.subscribe(made.live.arn, {
    batch: { size: batchSize, partialResponses: true },
    transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: concurrency } } },
  });
  return made;
};

/** Sends what somebody asked for by e-mail, such as a code. */
export const notify = work("notify", mailQueue);
/** Ends the orders of a cancelled event, and sends e-mails about a changed one. */
export const fanout = work("fanout", fanoutQueue);
