/**
 * The contract that every payment gateway is held to, over its own wire: each outcome, each crash, each order of events. After each
 * the order, its seats, the gateway's ledger and what we owe agree, and the buyer was told nothing untrue.
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
