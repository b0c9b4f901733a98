/** Whether an action has an object: without one it is neither tried nor counted. */
import type { Action } from "./actions.ts";
import { buyerAt, byPoints, parse } from "./ask.ts";
import type { Run } from "./run.ts";
import { clockAfter } from "./step.ts";
import type { World } from "./world.ts";

export const possible = (run: Run, world: World, action: Action): boolean => {
  const { messages, webhooks, pending } = run.outside;
  switch (action.kind) {
    case "pay":
    case "cancel":
    case "read":
    case "refund":
    case "checkIn":
      return run.orders.length > 0;
    case "settle":
      return messages.length > 0;
    case "decide":
      return pending.length > 0;
    case "webhook":
      return webhooks.length > 0;
    case "leave":
    case "mail":
      return Object.values(world.orders).some(({ paidBy }) => paidBy !== undefined);
    case "claim":
      return buyerAt(run, action.user)[0].place !== undefined;
    case "pass":
      return clockAfter(run, world, action) > run.outside.now;
    case "together":
      return action.actions.some((one) =>
        one.kind === "settle" ? messages.some((body) => byPoints(parse(body))) : possible(run, world, one),
      );
    default:
      return true;
  }
};
