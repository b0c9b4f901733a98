import { services } from "../core/contract/services.ts";
import { lambda, source } from "./lambda.ts";
import { settleQueue } from "./queue.ts";
import { settings } from "./settings.ts";

export const settle = lambda("settle", [source.queue(settleQueue)]);

settleQueue.subscribe(settle.live.arn, {
  // one payment that fails is tried again alone
  batch: { size: services.settle.source.batchSize, partialResponses: true },
  transform: {
    eventSourceMapping: { scalingConfig: { maximumConcurrency: settings.settleConcurrency } },
  },
});

/** Asks the gateway about the charges that it never answered. A missed minute is made good by the next. */
export const reconcile = lambda("reconcile");

new sst.aws.CronV2("Reconcile", {
  schedule:
    `rate(${services.reconcile.source.everyMinutes} ${services.reconcile.source.everyMinutes === 1 ? "minute" : "minutes"})` as "rate(1 minute)",
  function: reconcile.live.arn as $util.Output<`arn:${string}`>,
});
