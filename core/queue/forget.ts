/** What Redis has about a user: their place in an event's line, and the slot of their admission. */
import { redis } from "#core/lib/redis.ts";
import { keysOf } from "./queue.table.ts";

type Visit = { userId: string; eventId: string };

/** The records of a user's places, by event: `ordinal:admittedAt:void`. Events without one are left out. */
export const placesOf = async (userId: string, eventIds: string[]): Promise<{ eventId: string; record: string }[]> => {
  const all = eventIds.map(async (eventId) => {
    const record = await redis().hget<string>(keysOf(eventId, userId).places, userId);
    return record ? [{ eventId, record: String(record) }] : [];
  });
  return (await Promise.all(all)).flat();
};

/** Removes them. The number stays given: the line skips a visitor who does not come. */
export const forget = async ({ userId, eventId }: Visit): Promise<void> => {
  const { places, active, late } = keysOf(eventId, userId);
  await Promise.all([redis().hdel(places, userId), redis().zrem(active, userId), redis().zrem(late, userId)]);
};
