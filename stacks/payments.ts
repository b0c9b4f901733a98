import { services } from "../core/contract/services.ts";
import { lambda, source } from "./lambda.ts";
import { settleQueue } from "./queue.ts";
import { settings } from "./settings.ts";

export const settle = lambda("settle", [source.queue(settleQueue)]);

settleQueue.subscribe(settle.live.arn, {
  // a failed payment is retried alone
  batch: { size: services.settle.source.batchSize, partialResponses: true },
  transform: {
    eventSourceMapping: { scalingConfig: { maximumConcurrency: settings.settleConcurrency } },
  },
});

/** Asks the gateway about charges that it never answered. If a run is missed, the next one does its work. */
export const reconcile = lambda("reconcile");

new sst.aws.CronV2("Reconcile", {
  schedule:
    `rate(${services.reconcile.source.everyMinutes} ${services.reconcile.source.everyMinutes === 1 ? "minute" : "minutes"})` as "rate(1 minute)",
  function: reconcile.live.arn as $util.Output<`arn:${string}`>,
});
