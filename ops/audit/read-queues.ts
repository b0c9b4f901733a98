/** The queues' data in Redis: numbers, calls, admissions, and every visitor's place. */
import { keyLocking, redis } from "#core/lib/redis.ts";
import type { EventFacts, PlaceFacts, QueueFacts } from "./snapshot.ts";

/** The number of hashes that hold the places of an event (core/queue). */
const SPREAD = 64;

const key = (eventId: string, name: string) => `queue:{${eventId}}:${name}`;

/** An ordinal up to the lobby's size is a lobby index; above it, it is the number in line. */
const place = (userId: string, record: string, lobby: number | undefined): PlaceFacts => {
  const ordinal = Number(record.split(":")[0]);
  return lobby === undefined || ordinal <= lobby ? { userId, index: ordinal } : { userId, number: ordinal };
};

const pairs = (flat: string[]): [string, string][] =>
  Array.from({ length: flat.length / 2 }, (_, n) => [flat[2 * n] ?? "", flat[2 * n + 1] ?? ""]);

const fields = ["issued", "serving", "wide", "narrowedAt"] as const;

/** Every place's record in Redis, by its user. */
const readPlaces = async (eventId: string): Promise<Map<string, string>> => {
  const records = new Map<string, string>();
  for (let n = 0; n < SPREAD; n++) {
    const flat = await redis().eval<string[], string[]>(
      `${keyLocking}return redis.call('HGETALL', KEYS[1])`,
      [key(eventId, `places:${n}`)],
      [],
    );
    for (const [userId, record] of pairs(flat)) records.set(userId, record);
  }
  return records;
};

/** When each visitor was admitted. A visitor without a record could have been admitted at any time. */
const admissionsOf = (users: string[], records: Map<string, string>): number[] =>
  users.map((userId) => Number(records.get(userId)?.split(":")[1] ?? 0));

const read = async ({ eventId, lobby }: EventFacts, now: number): Promise<QueueFacts> => {
  const [state, users] = await Promise.all([
    redis().eval<string[], (string | null)[]>(
      `${keyLocking}return redis.call('HMGET', KEYS[1], '${fields.join("','")}')`,
      [key(eventId, "state")],
      [],
    ),
    redis().zrange<string[]>(key(eventId, "active"), `(${now}`, "+inf", { byScore: true }),
  ]);
  const [issued, serving, from, at] = state.map((value) => Number(value ?? 0)) as [number, number, number, number];
  const records = issued === 0 ? new Map<string, string>() : await readPlaces(eventId);
  return {
    ...{ eventId, issued, serving, active: users.length },
    admissions: admissionsOf(users, records),
    ...(at > 0 && { narrowed: { from, at } }),
    places: [...records].map(([userId, record]) => place(userId, record, lobby)),
  };
};

/** The queues of these events. */
export const readQueues = (events: EventFacts[], now: number): Promise<QueueFacts[]> =>
  Promise.all(events.map((event) => read(event, now)));
