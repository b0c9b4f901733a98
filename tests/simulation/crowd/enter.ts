/** A buyer's entry: a place, perhaps a reload, the turn, and the admission. */
import { setTimeout as sleep } from "node:timers/promises";
import type { VisitorFacts } from "#ops/audit/index.ts";
import { Unanswered, until } from "./ask.ts";
import type { Visit } from "./visit.ts";

/** A place token is readable by its owner. */
const claims = (place: string): { idx?: number; num?: number } =>
  JSON.parse(Buffer.from(place.split(".")[1] ?? "", "base64url").toString());

const placeOf = ({ story, sale }: Visit, token: string): VisitorFacts => {
  const { idx, num } = claims(token);
  const { eventId } = sale;
  return {
    ...{ eventId, userId: story.userId },
    ...(idx !== undefined && { index: idx }),
    ...(num !== undefined && { number: num }),
  };
};

const same = (a: VisitorFacts, b: VisitorFacts) => a.index === b.index && a.number === b.number;

/** A reload, or another device: the same place. */
const reload = async (visit: Visit, place: string, before: VisitorFacts): Promise<void> => {
  const { ask, story } = visit;
  const { reply } = await ask("POST /v1/events/{eventId}/queue/places", { body: { place } });
  const after = reply.body?.place ? placeOf(visit, reply.body.place) : undefined;
  if (!after || !same(before, after))
    story.wrong.push(`had place ${JSON.stringify(before)}, and after a reload ${JSON.stringify(after ?? reply.body)}`);
};

/** The admission. Throws `Unanswered` if this visitor was never admitted. */
export const enter = async (visit: Visit): Promise<string> => {
  const { ask, random, story } = visit;
  const joined = await ask("POST /v1/events/{eventId}/queue/places", { body: {} });
  const { place } = joined.reply.body ?? {};
  if (!place) throw new Unanswered(`joining was answered ${joined.reply.status} ${joined.reply.body?.code}`);
  story.place = placeOf(visit, place);
  if (random() < 0.25) {
    await sleep(random() * 400);
    await reload(visit, place, story.place);
  }
  let last = "";
  const admission = await until(async () => {
    const { reply } = await ask("GET /v1/events/{eventId}/queue");
    const { number } = story.place ?? {};
    if (number !== undefined && reply.body.serving < number) return undefined;
    const claimed = await ask("POST /v1/events/{eventId}/queue/admissions", { body: { place } });
    last = `${claimed.reply.status} ${claimed.reply.body?.code}`;
    return claimed.reply.body?.admission as string | undefined;
  });
  if (!admission) throw new Unanswered(`was never let in with ${JSON.stringify(story.place)}, last ${last}`);
  return admission;
};
