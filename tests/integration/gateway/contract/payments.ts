/**
 * The contract of every payment gateway, over its own wire: each outcome, each crash, each order of events. After each test order, seats,
 * the gateway's ledger and our debts agree, and every answer to the buyer was true.
 */
import { answers } from "./answers.ts";
import { cards } from "./cards.ts";
import { challenged } from "./challenged.ts";
import { crashes } from "./crashes.ts";
import type { Given } from "./fixture.ts";
import type { Behaviour, Gateway } from "./gateway.ts";
import { moneyBack } from "./money-back.ts";
import { played } from "./played.ts";
import { promises } from "./promises.ts";
import { webhooks } from "./webhooks.ts";

/** `behaviours`: those that the gateway has a card for. */
export const contract = <G extends Gateway>(given: Given<G>, behaviours: readonly Behaviour[]) => {
  const play = played(given, behaviours);
  promises(given);
  cards(play);
  answers(play);
  webhooks(play);
  challenged(play);
  crashes(play);
  moneyBack(play);
};
