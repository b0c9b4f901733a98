/** Once a minute: brings payments to an end that the gateway left open. */
import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";
import { now } from "#core/lib/clock.ts";
import { logger } from "#core/lib/logger.ts";
import * as Payment from "#core/payment/index.ts";
import { observe } from "../observe.ts";

/** ms kept for the orders under way when the time is nearly over; the next run takes the rest. */
const RESERVE = 15_000;

export const handler = middy<ScheduledEvent, void>()
  .use(observe())
  .handler(async (_event, context) => {
    const moved = await Payment.reconcile({ now: now(), until: () => context.getRemainingTimeInMillis() < RESERVE });
    logger.info("reconcile", { operation: "reconcile", moved });
  });
