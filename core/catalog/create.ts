/** Makes an event: checks it, and writes its plan, its draw's secret and its list entries. */
import { iso, ms } from "#core/lib/clock.ts";
import { putNew, type TransactItem, transact } from "#core/lib/dynamo.ts";
import { putAll } from "#core/lib/dynamo-batch.ts";
import { invalid, maxFaults, Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Log from "#core/log/index.ts";
import { type Meta, metaItem, seedItem } from "./catalog.table.ts";
import { find, forget } from "./event.ts";
import { dayMs, factFaults, type Refusal } from "./facts.ts";
import { listItems } from "./list.table.ts";
import { faults, sections } from "./plan.ts";
import * as PlanStore from "./plan-store.ts";
import type { Event, NewEvent } from "./schema.ts";

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
  /** The organiser's user id, for the log. Events of commands have none. */
  by?: string;
}): Promise<Event> => {
  const { event, now, eventId = Ids.make("evt", now) } = args;
  const existing = args.eventId === undefined ? undefined : await find(args.eventId);
  if (existing) return existing;
  const wrong = [...factFaults({ ...event, ...timesOf(event) }, args.refusal), ...faults(event)];
  if (wrong.length > 0) throw invalid(...wrong.slice(0, maxFaults));
  const bytes = event.plan && PlanStore.compress(event.plan);
  const planChunks = bytes ? await PlanStore.write(eventId, bytes) : 0;
  const seed = Ids.random(32);
  const meta = toMeta(event, { eventId, planChunks, commitment: Ids.sha256(seed) });
  await putAll("Catalog", listItems(meta));
  await write(meta, seed.toString("hex"), args.by === undefined ? [] : [created(meta, args.by, now)]);
  forget(eventId); // a request may have looked for it a moment ago
  return meta;
};

/** The event exists once this is written. The conditions protect an existing event of this id, above all its seed. */
const write = async (meta: Meta, seed: string, log: TransactItem[]): Promise<void> => {
  const items = [putNew("Catalog", metaItem(meta)), putNew("Catalog", seedItem(meta.eventId, seed)), ...log];
  if (await transact(items)) throw Unavailable();
};

const created = ({ eventId, title, startsAt, draft }: Meta, by: string, now: number): TransactItem => {
  const changes = { title: { to: title }, startsAt: { to: iso(startsAt) }, ...(draft && { draft: { to: true } }) };
  return Log.entry({ of: eventId, by, action: "event.created", changes, now });
};

const toMeta = (event: NewEvent, made: { eventId: string; planChunks: number; commitment: string }): Meta => {
  const { plan: _plan, generalAdmission = [], flight, publish, ...rest } = event;
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
    ...(!publish && { draft: true }),
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
