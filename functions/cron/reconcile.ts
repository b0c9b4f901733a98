/** Runs once a minute and finishes payments that the gateway left open. */
import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";
import { now } from "#core/lib/clock.ts";
import { logger } from "#core/lib/logger.ts";
import * as Payment from "#core/payment/index.ts";
import { observe } from "../observe.ts";

/** No new order is started in the last 15 s of a run, so that orders in progress can finish. The next run takes the rest. */
const reserveMs = 15_000;

export const handler = middy<ScheduledEvent, void>()
  .use(observe())
  .handler(async (_event, context) => {
    const moved = await Payment.reconcile({ now: now(), until: () => context.getRemainingTimeInMillis() < reserveMs });
    logger.info("reconcile", { operation: "reconcile", moved });
  });
