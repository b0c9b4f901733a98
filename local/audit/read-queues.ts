/** What Redis holds of the queues: numbers, calls, admissions, and every visitor's place. */
import { redis } from "#core/lib/redis.ts";
import type { EventFacts, PlaceFacts, QueueFacts } from "./snapshot.ts";

/** The places of an event lie in this many hashes (core/queue). */
const SPREAD = 64;

const key = (eventId: string, name: string) => `queue:{${eventId}}:${name}`;

/** An ordinal up to the lobby's size is a lobby index; above it, it is the number in line. */
const place = (userId: string, record: string, lobby: number | undefined): PlaceFacts => {
  const ordinal = Number(record.split(":")[0]);
  return lobby === undefined || ordinal <= lobby ? { userId, index: ordinal } : { userId, number: ordinal };
};

const pairs = (flat: string[]): [string, string][] =>
  Array.from({ length: flat.length / 2 }, (_, n) => [flat[2 * n] ?? "", flat[2 * n + 1] ?? ""]);

const fields = ["issued", "serving"] as const;

const read = async ({ eventId, lobby }: EventFacts, now: number): Promise<QueueFacts> => {
  const hashes = Array.from({ length: SPREAD }, (_, n) => key(eventId, `places:${n}`));
  const [state, active] = await Promise.all([
    redis().eval<string[], (string | null)[]>(
      `return redis.call('HMGET', KEYS[1], '${fields.join("','")}')`,
      [key(eventId, "state")],
      [],
    ),
    redis().zcount(key(eventId, "active"), `(${now}`, "+inf"),
  ]);
  const [issued, serving] = state.map((value) => Number(value ?? 0)) as [number, number];
  if (issued === 0) return { eventId, issued, serving, active: Number(active), places: [] };
  const places: PlaceFacts[] = [];
  for (const hash of hashes) {
    const flat = await redis().eval<string[], string[]>("return redis.call('HGETALL', KEYS[1])", [hash], []);
    for (const [userId, record] of pairs(flat)) places.push(place(userId, record, lobby));
  }
  return { eventId, issued, serving, active: Number(active), places };
};

/** The queues of these events. */
export const readQueues = (events: EventFacts[], now: number): Promise<QueueFacts[]> =>
  Promise.all(events.map((event) => read(event, now)));
