/** The draw's seed and its freeze, which makes sure that the draw cannot change later. core/queue computes who gets which number. */
import { conditional, getOne, table } from "#core/lib/dynamo.ts";
import { metaKey, seedKey } from "./catalog.table.ts";
import { forget, freshMeta } from "./event.ts";
import { EventNotFound } from "./schema.ts";

/** The lobby's size and the seed (hex) that orders it. Both are public from the freeze on. */
export type Frozen = { lobby: number; seed: string };

/**
 * Fixes the lobby at `lobby` visitors and makes the seed public. The condition lets this happen once; a second caller gets the first
 * one's result. Undefined while the sale has not opened: an organiser may have moved the opening since the caller read the event.
 */
export const freeze = async (args: { eventId: string; lobby: number; now: number }): Promise<Frozen | undefined> => {
  const { eventId, lobby, now } = args;
  const seed = await readSeed(eventId);
  const { written } = await conditional({
    TableName: table("Catalog"),
    Key: metaKey(eventId),
    UpdateExpression: "SET lobby = :lobby, seed = :seed",
    ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(lobby) AND salesOpenAt <= :now",
    ExpressionAttributeValues: { ":lobby": lobby, ":seed": seed, ":now": now },
  });
  if (!written) return frozen(eventId);
  forget(eventId);
  return { lobby, seed };
};

/** The frozen draw, read consistently. Undefined before the freeze. */
const frozen = async (eventId: string): Promise<Frozen | undefined> => {
  const { draw } = await freshMeta(eventId);
  forget(eventId);
  return draw.lobby === undefined || draw.seed === undefined ? undefined : { lobby: draw.lobby, seed: draw.seed };
};

/** Only the queue service's IAM role may read the seed. */
const readSeed = async (eventId: string): Promise<string> => {
  const item = await getOne("Catalog", seedKey(eventId));
  if (!item) throw EventNotFound();
  return item.seed;
};
