/** Deliberate breakages of what the product promises: `npm run mutants` applies each and runs the tests that must see it. */
import { doors } from "./doors.ts";
import { faults } from "./faults.ts";
import { gateways } from "./gateways.ts";
import { money } from "./money.ts";
import type { Mutation } from "./mutation.ts";
import { queue } from "./queue.ts";
import { scalpers } from "./scalpers.ts";
import { seats } from "./seats.ts";
import { toss } from "./toss.ts";
import { wallet } from "./wallet.ts";

export * from "./mutation.ts";

export const mutations: Mutation[] = [
  ...seats,
  ...money,
  ...gateways,
  ...toss,
  ...wallet,
  ...doors,
  ...queue,
  ...scalpers,
  ...faults,
];
