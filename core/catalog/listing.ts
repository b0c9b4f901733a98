/**
 * Moves an event's entries in lists when its facts change: `begin`, then the change's own write, then `finish`.
 *
 * New entries are written before the event, and old ones are removed after it, so that the event is in its lists at any moment. Each change
 * writes its entries under keys of its own, and readers take only those of the change that the event names (`listed`). So a crash, or a change
 * that loses to another one, leaves entries that nobody sees. `stale` names them, and the next change removes them.
 */
import { conditional } from "#core/lib/dynamo.ts";
import { deleteAll, putAll } from "#core/lib/dynamo-batch.ts";
import type { Key, Listing, Meta } from "./catalog.table.ts";
import { entries, listItems } from "./list.table.ts";
import { EventChanged } from "./schema.ts";
import { toUpdate } from "./update.ts";

export const listingOf = ({ title, venue, startsAt, flight, draft, listed }: Meta): Listing => ({
  ...{ title, venue, startsAt },
  ...(flight && { flight }),
  ...(draft && { draft }),
  ...(listed !== undefined && { listed }),
});

const withListing = ({ eventId, kind, organisationId }: Meta, listing: Listing) => ({
  ...{ eventId, kind, organisationId },
  ...listing,
});

/** The entries of the event as it will be. 409 `event.changed` if another change was faster. */
export const begin = async (before: Meta, next: Listing, change: string): Promise<void> => {
  await claim(before, change, [...(before.stale ?? []), next]);
  await putAll("Catalog", listItems(withListing(before, next)));
};

/** What the change writes on the event, with `begin`'s claim as its condition: the old entries take the place of the new ones in `stale`. */
export const moved = (before: Meta, change: string) => ({
  to: { listed: change, stale: [...(before.stale ?? []), listingOf(before)] },
  still: { relisting: change },
});

/** Every entry that the event may have in lists. */
export const all = (event: Meta): Key[] => [
  ...entries(event),
  ...(event.stale ?? []).flatMap((listing) => entries(withListing(event, listing))),
];

/** Removes the entries that the event has no more. `event` is as last written, and its claim is `change`'s. */
export const finish = async (event: Meta, change: string): Promise<void> => {
  const old = (event.stale ?? []).filter(({ listed }) => listed !== event.listed);
  await deleteAll(
    "Catalog",
    old.flatMap((listing) => entries(withListing(event, listing))),
  );
  // A change that has claimed the entries since then removes them with its own.
  await conditional(toUpdate(event.eventId, { stale: undefined, relisting: undefined }, { relisting: change }));
};

/** Finishes what an earlier change has left. */
export const repair = async (event: Meta, change: string): Promise<void> => {
  if (!event.stale) return;
  await claim(event, change, event.stale);
  await finish(event, change);
};

/**
 * Of two changes that move the entries at the same time, the later claim wins, because the event's write has the claim as its condition. So
 * entries are removed only if no change that is under way can still make them the event's.
 */
const claim = async (event: Meta, change: string, stale: Listing[]): Promise<void> => {
  const to = { relisting: change, stale };
  const still = { relisting: event.relisting, listed: event.listed, deleted: undefined };
  const update = { ...toUpdate(event.eventId, to, still), ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const };
  const { written, item } = await conditional(update);
  // the SDK may have repeated a request whose answer was lost
  if (!written && item?.relisting !== change) throw EventChanged();
};
