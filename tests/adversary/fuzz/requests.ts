/** Makes requests: valid ones, and the same with something wrong. */
import { match } from "#local/route-table.ts";
import { type Operation, operations } from "./api.ts";
import { choose } from "./changes.ts";
import { type Asked, eventFor, proper } from "./proper.ts";
import type { Random } from "./random.ts";
import { type Answers, lacks } from "./reach.ts";
import { someone, type World } from "./world.ts";

const all = operations();
const byKey = new Map<string, Operation>(all.map((operation) => [operation.key, operation]));

/** The operation that the changed request reaches; undefined if none. */
const reached = ({ request }: Asked): Operation | undefined => byKey.get(match(request.method, request.path).routeKey);

/** Useful routes are chosen more often, and expensive ones less often. */
const weight = ({ key }: Operation): number => {
  if (/(accounts|sessions|openapi.json)$/.test(key)) return 1;
  return /orders|places|admissions|payment|wallet\/charges/.test(key) ? 6 : 3;
};
const weighted = all.flatMap((operation) => Array<Operation>(weight(operation)).fill(operation));

/**
 * The nth request: half of them are valid, the others have one or a few faults. Every third one is for a route that has not given all its
 * answers yet (`answered`), so that a few thousand requests reach them all.
 */
export const make = (world: World, random: Random, n: number, answered: Answers): Asked => {
  const lacking = random.chance(1 / 3) ? all.filter((one) => lacks(one, answered[one.key]).length > 0) : [];
  const operation = (random.of(lacking) ?? random.of(weighted)) as Operation;
  const making = {
    random,
    world,
    operation,
    visitor: someone(world, random),
    n,
    eventId: eventFor(operation, world, random),
  };
  const asked = proper(making);
  if (random.chance(0.5)) return asked;
  for (let more = true; more; more = random.chance(0.2)) {
    const [name = "", , change] = choose(random, operation) ?? [];
    change?.(asked, making);
    asked.wrong.push(name);
  }
  return { ...asked, operation: reached(asked) };
};
