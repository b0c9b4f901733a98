/** The keys of a queue in Redis, the key of its checkpoint in the Catalog table, and item ↔ object. */
import { createHash } from "node:crypto";
import type { Item } from "#core/lib/dynamo.ts";

/** The number of hashes over which the places of an event are spread, so that no key exceeds Upstash's limit for a record. */
const placeHashes = 64;

/** All keys of an event have its id as their hash tag. So they are on one node, as a script needs. */
export const keysOf = (eventId: string, userId = "") => {
  const key = (name: string) => `queue:{${eventId}}:${name}`;
  const share = createHash("sha1").update(userId).digest().readUInt8(0) % placeHashes;
  return { state: key("state"), places: key(`places:${share}`), active: key("active"), late: key("late") };
};

export const checkpointKey = (eventId: string) => ({ pk: `EVENT#${eventId}`, sk: "QUEUE" });

/**
 * The state that is kept if Redis is lost. No ordinal above `ceiling` was ever given. The rest was true at `at` (epoch ms): `issued` and
 * `serving`, `called` visitors who are still awaited, `active` admissions, and `gaps`: ordinals that no visitor has (`from-to,…`, `from`
 * excluded).
 */
export type Checkpoint = {
  ceiling: number;
  issued: number;
  serving: number;
  called: number;
  active: number;
  gaps: string;
  at: number;
};

export const toCheckpoint = (item: Item | undefined): Checkpoint => ({
  ceiling: item?.ceiling ?? 0,
  issued: item?.issued ?? 0,
  serving: item?.serving ?? 0,
  called: item?.called ?? 0,
  active: item?.active ?? 0,
  gaps: item?.gaps ?? "",
  at: item?.at ?? 0,
});
