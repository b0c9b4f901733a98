/** What organisers should look at: their events in a state that needs a person, and refunds that the gateway does not make. */
import * as Catalog from "#core/catalog/index.ts";
import { iso } from "#core/lib/clock.ts";
import type { Attention } from "./attention-schema.ts";
import { many } from "./live.ts";
import type { Order } from "./order.table.ts";
import { open } from "./read.ts";

const hourMs = 3_600_000;
/** ms before the opening of its sale from which a draft is listed. */
const soonMs = 72 * hourMs;
/** ms after its start in which an event is looked at. */
const pastMs = 30 * 24 * hourMs;
/** Events, and refunds, that are looked at in one request. */
const maxEvents = 200;
const maxRefunds = 500;
/** ms after which a refund counts as delayed. A gateway mostly answers within seconds. */
const delayedMs = hourMs;

/** Whether the gateway has refused the order's refund, or not answered, for an hour. */
export const isRefundDelayed = ({ status, owed = {}, attemptId = "" }: Order, now: number): boolean =>
  status === "refunding" && now - (owed[attemptId] ?? now) > delayedMs;

type Item = Attention["items"][number];

/** It costs the same whatever the events have sold: their own items are read, and the refunds that are open. */
export const attention = async (args: { organisationIds: string[]; now: number }): Promise<Attention> => {
  const { organisationIds, now } = args;
  const [events, refunds] = await Promise.all([
    Catalog.starting({ organisationIds, since: now - pastMs, limit: maxEvents }),
    openRefunds(),
  ]);
  const delayed = Map.groupBy(
    refunds.filter((order) => isRefundDelayed(order, now)),
    ({ eventId }) => eventId,
  );
  const items = events.flatMap((event) => ofEvent(event, now));
  for (const [eventId, { length }] of delayed) {
    const event = events.find((one) => one.eventId === eventId) ?? (await Catalog.find(eventId));
    if (event && organisationIds.includes(Catalog.organisationOf(event)))
      items.push({ ...named(event), reason: "refunds", count: length });
  }
  return { items, more: events.length === maxEvents || refunds.length === maxRefunds };
};

const ofEvent = (event: Catalog.Event, now: number): Item[] => {
  const item = named(event);
  if (event.cancelled) return event.cancelled.finished ? [] : [{ ...item, reason: "cancelling" }];
  if (event.draft) return event.salesOpenAt < now + soonMs ? [{ ...item, reason: "draft_soon" }] : [];
  return Catalog.status(event, now) === "paused" ? [{ ...item, reason: "paused" }] : [];
};

const named = ({ eventId, title, salesOpenAt }: Catalog.Event) => ({ eventId, title, salesOpenAt: iso(salesOpenAt) });

/** The orders whose refund is not final at the gateway, the oldest orders first. */
const openRefunds = async (): Promise<Order[]> => {
  const keys: { userId: string; orderId: string }[] = [];
  for await (const key of open("refunding")) {
    keys.push(key);
    if (keys.length === maxRefunds) break;
  }
  const pages = Array.from({ length: Math.ceil(keys.length / 100) }, (_, n) => keys.slice(n * 100, n * 100 + 100));
  return (await Promise.all(pages.map(many))).flat();
};
