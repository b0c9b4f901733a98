/** Deliberate breakages of the product: `npm run mutants` applies each and runs the tests that must notice it. */

import { access } from "./access.ts";
import { addresses } from "./addresses.ts";
import { clients } from "./client.ts";
import { mailedCodes } from "./codes.ts";
import { devices } from "./devices.ts";
import { exports } from "./exports.ts";
import { fanout } from "./fanout.ts";
import { faults } from "./faults.ts";
import { gateways } from "./gateways.ts";
import { lifecycle } from "./lifecycle.ts";
import { alsoByModel, model } from "./model.ts";
import { money } from "./money.ts";
import type { ByModel, ByTests, Mutation } from "./mutation.ts";
import { passkeys } from "./passkeys.ts";
import { privacy } from "./privacy.ts";
import { queue } from "./queue.ts";
import { scalpers } from "./scalpers.ts";
import { seats } from "./seats.ts";
import { service } from "./service.ts";
import { toss } from "./toss.ts";
import { wallet } from "./wallet.ts";

export * from "./mutation.ts";

export const mutations: Mutation[] = [
  ...seats,
  ...money,
  ...gateways,
  ...toss,
  ...wallet,
  ...privacy,
  ...access,
  ...service,
  ...devices,
  ...exports,
  ...mailedCodes,
  ...addresses,
  ...passkeys,
  ...queue,
  ...scalpers,
  ...fanout,
  ...lifecycle,
  ...clients,
  ...faults,
  ...model,
];

/** What must notice it: tests, the model check, or both. */
export const noticedBy = (mutation: Mutation): (ByTests | ByModel)[] =>
  "model" in mutation || !alsoByModel.includes(mutation.promise) ? [mutation] : [mutation, { model: true }];
