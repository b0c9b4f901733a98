/** Where a queue lives: its keys in Redis; its checkpoint's key in the Catalog table, and item ↔ object. */
import { createHash } from "node:crypto";
import type { Item } from "#core/lib/dynamo.ts";

/** No key may grow past Upstash's limit of a record, so the places of an event are spread over this many hashes. */
const placeHashes = 64;

/** All keys of an event have its id as their hash tag: they live on one node, as a script needs them to. */
export const keysOf = (eventId: string, userId = "") => {
  const key = (name: string) => `queue:{${eventId}}:${name}`;
  const share = createHash("sha1").update(userId).digest().readUInt8(0) % placeHashes;
  return { state: key("state"), places: key(`places:${share}`), active: key("active"), late: key("late") };
};

export const checkpointKey = (eventId: string) => ({ pk: `EVENT#${eventId}`, sk: "QUEUE" });

/**
 * What outlives Redis. No ordinal above `ceiling` has ever been given. `at` (epoch ms) is when the rest was true: `issued` and
 * `serving`, `called` visitors still awaited, `active` admissions, and `gaps`: ordinals that nobody has (`from-to,…`, `from` excluded).
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
