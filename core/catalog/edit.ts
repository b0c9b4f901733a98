/** Writes an organiser's change of an event: the event, its log entry and its entries in lists. */
import { iso } from "#core/lib/clock.ts";
import { transact } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Log from "#core/log/index.ts";
import type { Meta } from "./catalog.table.ts";
import { forget, freshMeta } from "./event.ts";
import * as Listing from "./listing.ts";
import { mailedFacts } from "./mailed-facts.ts";
import { type Event, EventCancelled, EventChanged } from "./schema.ts";
import { differing, type Fields, toUpdate, valueAt } from "./update.ts";

/** Who makes a change. */
export type Author = {
  /** A user id. */
  by: string;
  now: number;
  /** Called before the write of a change that concerns buyers, with the id of its log entry. */
  announce: (change: { eventId: string; logId: string; now: number }) => Promise<void>;
};

type Edit = Author & {
  /** As it was read. */
  before: Meta;
  action: Log.Action;
  to: Fields;
  /** Fields that must be as they were read, besides those that change. */
  pinned?: readonly string[];
  /** The error of a refused write, if it is another one than 409 `event.changed`. */
  refused?: (now: Meta) => Error | undefined;
};

/** Buyers are mailed about these, calendars take the change by its revision, and lists follow from them. A flight is changed as a whole. */
const mailed = new Set(mailedFacts.map((fact) => fact.split(".")[0]));

/**
 * Makes the fields what `to` says, in one transaction with the log entry. Nothing is written if they are so already, so a request can be
 * repeated. The condition names what was read: of two changes of the same fields, one gets 409 `event.changed`. 409 `event.cancelled`.
 */
export const write = async (edit: Edit): Promise<Event> => {
  const { before, by, now } = edit;
  const { eventId } = before;
  if (before.cancelled) throw EventCancelled();
  const changed = differing(before, edit.to);
  const logId = Ids.make("log", now);
  if (changed.length === 0) {
    await Listing.repair(before, logId);
    return before;
  }
  const isMailed = changed.some((path) => mailed.has(path));
  const isListed = isMailed || changed.includes("draft");
  const to = {
    ...Object.fromEntries(changed.map((path) => [path, edit.to[path]])),
    ...(isMailed && { revision: (before.revision ?? 0) + 1 }),
  };
  const move = isListed && Listing.moved(before, logId);
  const pinned = [
    ...changed,
    ...(edit.pinned ?? []),
    ...(isListed ? ["revision"] : []),
    "draft",
    "cancelled",
    "deleted",
  ];
  const still = Object.fromEntries(pinned.map((path) => [path, valueAt(before, path)]));
  const update = toUpdate(eventId, { ...to, ...(move ? move.to : {}) }, { ...still, ...(move ? move.still : {}) });
  const changes = logged(before, edit.to, changed);
  try {
    if (move) await Listing.begin(before, Listing.listingOf({ ...before, ...to, listed: logId }), logId);
    if (isMailed && !before.draft) await edit.announce({ eventId, logId, now });
    const items = [{ Update: update }, Log.entry({ of: eventId, by, action: edit.action, changes, logId, now })];
    if (await transact(items)) return await settled(edit);
    const after = await freshMeta(eventId);
    if (move) await Listing.finish(after, logId);
    return after;
  } finally {
    forget(eventId);
  }
};

/** The event, if another request has made the same change. Otherwise the reason for the refusal. */
const settled = async ({ before, to, refused }: Edit): Promise<Event> => {
  const now = await freshMeta(before.eventId);
  if (now.cancelled) throw EventCancelled();
  if (differing(now, to).length === 0) return now;
  throw refused?.(now) ?? EventChanged();
};

/** The changes as the log shows them: times in ISO 8601, the sale's setting as its status, and a postponement's window. */
const logged = (before: Meta, to: Fields, changed: string[]): Log.Changes =>
  Object.fromEntries(
    changed.map((path) => {
      const [name, shown] = names[path] ?? [path, path.endsWith("At") || path === "cancelUntil" ? time : same];
      return [name, { from: shown(valueAt(before, path)), to: shown(to[path]) }];
    }),
  );

const same = (value: unknown) => value;
const time = (value: unknown) => (typeof value === "number" ? iso(value) : undefined);
const names: Record<string, [name: string, shown: (value: unknown) => unknown]> = {
  set: ["status", (set) => set ?? "onsale"],
  draft: ["status", (draft) => (draft ? "draft" : "published")],
  postponed: ["refundUntil", (postponed) => time((postponed as Event["postponed"])?.refundUntil)],
};
