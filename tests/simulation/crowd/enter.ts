/** A buyer's entry: a place, perhaps a reload, the turn, and the admission. */
import { setTimeout as sleep } from "node:timers/promises";
import * as Buyer from "#client/buyer.ts";
import { ApiProblem } from "#client/problem.ts";
import { claims } from "#client/tokens.ts";
import type { VisitorFacts } from "#ops/audit/index.ts";
import { told } from "../client.ts";
import { until, type Visit } from "./ask.ts";

const placeOf = ({ story, sale }: Visit, token: string): VisitorFacts => {
  const { idx, num } = claims<{ idx?: number; num?: number }>(token) ?? {};
  const { eventId } = sale;
  return {
    ...{ eventId, userId: story.userId },
    ...(idx !== undefined && { index: idx }),
    ...(num !== undefined && { number: num }),
  };
};

/** A reload, or another device: the same place. */
const reload = async (visit: Visit, place: string, before: VisitorFacts): Promise<void> => {
  const { api, story, sale } = visit;
  const after = placeOf(visit, (await Buyer.join(api, sale.eventId, { place })).place);
  if (before.index !== after.index || before.number !== after.number)
    story.wrong.push(`had place ${JSON.stringify(before)}, and after a reload ${JSON.stringify(after)}`);
};

/**
 * The admission. Throws if this visitor was never admitted. It looks more often than `Buyer.enter`, which waits for at least three
 * seconds, and claims before the draw is known, which must be refused.
 */
export const enter = async (visit: Visit): Promise<string> => {
  const { api, random, story } = visit;
  const { eventId } = visit.sale;
  const { place } = await Buyer.join(api, eventId);
  const mine = placeOf(visit, place);
  story.place = mine;
  if (random() < 0.25) {
    await sleep(random() * 400);
    await reload(visit, place, mine);
  }
  let last = "";
  const admission = await until(async () => {
    const { serving } = await api.open("GET /v1/events/{eventId}/queue", { params: { eventId } });
    if (mine.number !== undefined && serving < mine.number) return undefined;
    const claimed = await told(Buyer.claim(api, eventId, place));
    if (!(claimed instanceof ApiProblem)) return claimed.admission;
    last = claimed.code;
    return undefined;
  });
  if (!admission) throw new Error(`was never let in with ${JSON.stringify(mine)}, last ${last}`);
  return admission;
};
