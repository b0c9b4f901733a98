/** Reads an event (kept in memory for a short time), computes its status, and shows it as the API does. */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { iso } from "#core/lib/clock.ts";
import { db, getOne, table } from "#core/lib/dynamo.ts";
import { memo } from "#core/lib/memo.ts";
import { isDeleted, type Meta, metaKey, toMeta } from "./catalog.table.ts";
import * as PlanStore from "./plan-store.ts";
import {
  type Event,
  EventNotFound,
  type EventView,
  type OrganiserEvent,
  organisationOf,
  PlanNotFound,
  type PlanSeat,
  type Status,
} from "./schema.ts";

/** ms for which an environment uses an event that it has read. With the edge's 2 s, a change takes effect within 5 s. */
const eventMaxAgeMs = 2_000;

const events = memo<Meta | undefined>(1_000);

/** A published event, at most 2 s old. Callers share the object and must not change it. 404 `event.not_found`, also for a draft. */
export const event = (eventId: string, now: number): Promise<Event> => meta(eventId, now);

/** As `event`, with the fields that only core/catalog needs. */
export const meta = async (eventId: string, now: number): Promise<Meta> => {
  const found = await known(eventId, now);
  if (!found || found.draft) throw EventNotFound();
  return found;
};

/** An event for its organisers, at most 2 s old: also a draft. Undefined if it does not exist. */
export const known = (eventId: string, now: number): Promise<Meta | undefined> =>
  events.get(eventId, { now, maxAge: eventMaxAgeMs }, () => read(eventId));

/** An event, read consistently. 404 `event.not_found`. */
export const freshMeta = async (eventId: string): Promise<Meta> => {
  const found = await find(eventId);
  if (!found) throw EventNotFound();
  return found;
};

/** As `freshMeta`, but undefined if the event does not exist. */
export const find = (eventId: string): Promise<Meta | undefined> => read(eventId, true);

/**
 * The organisation of an event or a draft. One that another environment made a moment ago is read consistently. A draft that is being deleted
 * has one too, so that an interrupted deletion can be repeated. Undefined if there is no such event.
 */
export const ownerOf = async (eventId: string, now: number): Promise<string | undefined> => {
  const event = (await known(eventId, now)) ?? (await getOne("Catalog", metaKey(eventId)));
  return event && organisationOf(event);
};

/**
 * An event's plan as gzip bytes. Without bytes if the reader already has its tag (`If-None-Match`), because a plan never changes.
 * 404 `event.not_found`, `plan.not_found`.
 */
export const plan = async (args: { eventId: string; known?: string | undefined; now: number }) => {
  const { planChunks } = await meta(args.eventId, args.now);
  if (planChunks === 0) throw PlanNotFound();
  const etag = `"${args.eventId}"`;
  const bytes = args.known?.includes(etag) ? undefined : await PlanStore.read(args.eventId, planChunks);
  return { etag, bytes };
};

/** Code that has changed an event calls this, so that this environment's next reader sees the change. */
export const forget = (eventId: string): void => events.forget(eventId);

const read = async (eventId: string, ConsistentRead = false): Promise<Meta | undefined> => {
  const { Item } = await db().send(
    new GetCommand({ TableName: table("Catalog"), Key: metaKey(eventId), ConsistentRead }),
  );
  return Item && !isDeleted(Item) ? toMeta(Item) : undefined;
};

/** An ended sale is closed. Otherwise the organiser's setting comes first, then the clock, then the last count of free seats. */
export const status = (event: Event, now: number): Status => {
  if (event.draft) return "draft";
  if (event.cancelled) return "cancelled";
  if (event.set === "closed" || now >= event.salesCloseAt) return "closed";
  if (event.set === "paused") return "paused";
  if (now < event.salesOpenAt) return "scheduled";
  return event.soldOut ? "soldout" : "onsale";
};

/** Whether seats may be held now. A sold-out sale is on sale too, because a lapsed hold or a refund frees seats. */
export const onSale = (event: Event, now: number): boolean => ["onsale", "soldout"].includes(status(event, now));

/** Until when its buyers may return their tickets (epoch ms). */
export const returnsUntil = ({ cancelUntil, postponed }: Event): number =>
  Math.max(cancelUntil, postponed?.refundUntil ?? 0);

/** In the event's currency's minor unit. */
export const priceOf = (event: Event, seat: Pick<PlanSeat, "category">): number => {
  const price = Object.hasOwn(event.prices, seat.category) ? event.prices[seat.category] : undefined;
  if (price === undefined) throw new Error(`Event ${event.eventId} sells ${seat.category} without a price`);
  return price;
};

/** An event as the API shows it. The seed is shown once the lobby is frozen. */
export const view = (event: Event, now: number): EventView => ({
  eventId: event.eventId,
  kind: event.kind,
  title: event.title,
  venue: event.venue,
  startsAt: iso(event.startsAt),
  salesOpenAt: iso(event.salesOpenAt),
  salesCloseAt: iso(event.salesCloseAt),
  cancelUntil: iso(event.cancelUntil),
  ...(event.postponed && {
    postponed: { from: iso(event.postponed.from), refundUntil: iso(event.postponed.refundUntil) },
  }),
  status: status(event, now),
  currency: event.currency,
  prices: event.prices,
  maxSeatsPerOrder: event.maxSeatsPerOrder,
  maxSeatsPerUser: event.maxSeatsPerUser,
  holdSeconds: event.holdSeconds,
  queue: event.queue,
  draw: { commitment: event.draw.commitment, ...(event.draw.seed && { seed: event.draw.seed }) },
  sections: event.sections,
  ...(event.flight && { flight: event.flight }),
  ...(event.revision && { revision: event.revision }),
});

/** An event as its organisers see it. */
export const organiserView = (event: Event, now: number): OrganiserEvent => ({
  ...view(event, now),
  organisationId: organisationOf(event),
});
