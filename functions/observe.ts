import type middy from "@middy/core";
import { logger } from "#core/lib/logger.ts";
import { count, flush } from "#core/lib/metrics.ts";

/** Wraps every function: adds the request's id to each log line and publishes the metrics at the end, also after a failure. */
export const observe = (): middy.MiddlewareObj => ({
  before: ({ context }) => {
    logger.appendKeys({ requestId: context.awsRequestId });
  },
  after: () => flush(),
  onError: ({ error }) => {
    logger.error("unexpected", { outcome: "failed", error });
    count("Unexpected");
    flush();
  },
});
