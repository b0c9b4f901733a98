/** Makes an event: checks it, and writes its plan, its draw's secret and its list entries. */
import { iso, ms } from "#core/lib/clock.ts";
import { type Item, table, transact } from "#core/lib/dynamo.ts";
import { putAll } from "#core/lib/dynamo-batch.ts";
import { type Fault, invalid, maxFaults, Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { type Meta, metaItem, seedItem } from "./catalog.table.ts";
import { find, forget } from "./event.ts";
import { listItems } from "./list.table.ts";
import { faults, sections } from "./plan.ts";
import * as PlanStore from "./plan-store.ts";
import type { Event, NewEvent } from "./schema.ts";

/** Why cards cannot be charged an amount (in minor units) of a currency, or undefined if they can. */
type Refusal = (amount: number, currency: string) => string | undefined;

const dayMs = 24 * 3_600_000;

/**
 * Makes an event. 422 `request.invalid` with one entry for each fault. Everything that depends on the event is written before it, so that
 * a crash in between leaves nothing visible. With a given `eventId` it is made once: if it exists already, it is returned unchanged.
 */
export const create = async (args: {
  event: NewEvent;
  now: number;
  eventId?: string;
  /** The payment gateway's check of a price. */
  refusal?: Refusal;
}): Promise<Event> => {
  const { event, now, eventId = Ids.make("evt", now), refusal = () => undefined } = args;
  const existing = args.eventId === undefined ? undefined : await find(args.eventId);
  if (existing) return existing;
  const wrong = [...timeFaults(event), ...flightFaults(event), ...priceFaults(event, refusal), ...faults(event)];
  if (wrong.length > 0) throw invalid(...wrong.slice(0, maxFaults));
  const bytes = event.plan && PlanStore.compress(event.plan);
  const planChunks = bytes ? await PlanStore.write(eventId, bytes) : 0;
  const seed = Ids.random(32);
  const meta = toMeta(event, { eventId, planChunks, commitment: Ids.sha256(seed) });
  await putAll("Catalog", listItems(meta));
  await publish(meta, seed.toString("hex"));
  forget(eventId); // a request may have looked for it a moment ago
  return meta;
};

/** The event exists once this is written. The conditions protect an existing event of this id, above all its seed. */
const publish = async (meta: Meta, seed: string): Promise<void> => {
  const put = (Item: Item) => ({
    Put: { TableName: table("Catalog"), Item, ConditionExpression: "attribute_not_exists(pk)" },
  });
  if (await transact([put(metaItem(meta)), put(seedItem(meta.eventId, seed))])) throw Unavailable();
};

const toMeta = (event: NewEvent, made: { eventId: string; planChunks: number; commitment: string }): Meta => {
  const { plan: _plan, generalAdmission = [], flight, ...rest } = event;
  const { eventId, planChunks, commitment } = made;
  const times = timesOf(event);
  return {
    ...rest,
    ...times,
    eventId,
    planChunks,
    soldOut: false,
    draw: { commitment },
    sections: sections(event),
    general: Object.fromEntries(generalAdmission.map(({ sectionId, category }) => [sectionId, category])),
    ...(flight && { flight }),
  };
};

const timesOf = (event: NewEvent) => {
  const startsAt = ms(event.startsAt);
  return {
    startsAt,
    salesOpenAt: ms(event.salesOpenAt),
    salesCloseAt: event.salesCloseAt === undefined ? startsAt : ms(event.salesCloseAt),
    cancelUntil: event.cancelUntil === undefined ? startsAt - dayMs : ms(event.cancelUntil),
  };
};

const timeFaults = (event: NewEvent): Fault[] => {
  const { startsAt, cancelUntil, ...sale } = timesOf(event);
  const found: Fault[] = [...saleFaults({ startsAt, ...sale })];
  if (startsAt < dayMs) found.push({ path: "startsAt", message: "is before 1970-01-02" });
  if (cancelUntil > startsAt) found.push({ path: "cancelUntil", message: `is after the start, ${iso(startsAt)}` });
  return found;
};

/** The faults in a sale's times (epoch ms). It must open before it closes, and close by the start. */
export const saleFaults = (sale: Pick<Event, "startsAt" | "salesOpenAt" | "salesCloseAt">): Fault[] => {
  const found: Fault[] = [];
  if (sale.salesOpenAt >= sale.salesCloseAt)
    found.push({ path: "salesOpenAt", message: `is not before the sale's close, ${iso(sale.salesCloseAt)}` });
  if (sale.salesCloseAt > sale.startsAt)
    found.push({ path: "salesCloseAt", message: `is after the start, ${iso(sale.startsAt)}` });
  return found;
};

/** Prices that cards cannot be charged. They are refused, because points can pay only one currency. */
const priceFaults = ({ currency, prices }: NewEvent, refusal: Refusal): Fault[] =>
  Object.entries(prices).flatMap(([category, price]) => {
    const message = price === 0 ? undefined : refusal(price, currency);
    return message === undefined ? [] : [{ path: `prices.${category}`, message }];
  });

const flightFaults = ({ kind, flight }: NewEvent): Fault[] => {
  if (kind !== "flight") return flight ? [{ path: "flight", message: `is not for a ${kind}` }] : [];
  if (!flight) return [{ path: "flight", message: "is missing" }];
  const found: Fault[] = [];
  if (ms(flight.departsAt) >= ms(flight.arrivesAt))
    found.push({ path: "flight.arrivesAt", message: "is not after the departure" });
  if (flight.origin === flight.destination) found.push({ path: "flight.destination", message: "is the origin" });
  return found;
};
