/** Taken and free seats. A read costs in proportion to the taken seats, and each environment reads at most once a second. */
import { paginateQuery } from "@aws-sdk/lib-dynamodb";
import { iso } from "#core/lib/clock.ts";
import { conditional, db, table } from "#core/lib/dynamo.ts";
import { memo, shared } from "#core/lib/memo.ts";
import { metaKey } from "./catalog.table.ts";
import { event as eventOf, forget, onSale } from "./event.ts";
import { type Availability, type Event, type Section, SectionNotFound, type SectionSeats } from "./schema.ts";
import { isTaken, sectionKey, type TakenSeat, toTakenSeat } from "./seat.table.ts";

/** ms. With the second that the edge caches, an answer is at most two seconds old. */
const countMaxAgeMs = 1_000;
/** ms. Whether an event is sold out may be a little older than the counts of its sections. */
const soldOutMaxAgeMs = 5_000;
/** Sections read in parallel. Few, so that a buyer's request in the same environment does not wait for all of them. */
const parallelSections = 4;

/** The attributes that show whether a seat is taken. */
const stateAttributes = "sk, #state, heldUntil";

const looks = shared<TakenSeat[]>();
const sections = memo<{ seats: TakenSeat[]; asOf: number }>(2_000);
const counts = memo<Availability>(500);
const judged = memo<boolean>(500);

/**
 * A section's taken seats by id, with the time (epoch ms) when its hold ends; infinite if it is sold. Lapsed holds are free. The read begins
 * after the call; calls that come during an earlier read share the next one. `consistent` sees every write that was answered before.
 * `between` reads only these two ids and the ids that sort between them.
 */
export const taken = async (
  eventId: string,
  sectionId: string,
  now: number,
  { consistent = false, between }: { consistent?: boolean; between?: Between } = {},
): Promise<Map<string, number>> => {
  const pk = sectionKey(eventId, sectionId);
  const look = () => query(pk, { consistent, between, only: stateAttributes });
  const seats = await (between ? look() : looks(`${pk} ${consistent}`, look));
  const until = ({ state, heldUntil = 0 }: TakenSeat) => (state === "sold" ? Number.POSITIVE_INFINITY : heldUntil);
  return new Map(seats.filter((seat) => isTaken(seat, now)).map((seat) => [seat.seatId, until(seat)]));
};

type Between = { from: string; to: string };

/** All items of a section, including lapsed holds, for the organiser's figures. Without their ids: half of the attributes is half of the time. */
export const seatItems = (eventId: string, sectionId: string): Promise<Omit<TakenSeat, "seatId">[]> =>
  query(sectionKey(eventId, sectionId), { only: "orderId, userId, #state, heldUntil, price, entered" });

type Part = { consistent?: boolean; between?: Between | undefined; only?: string };

/** `only` names the attributes to read. Default: all. */
const query = async (pk: string, { consistent = false, between, only }: Part = {}): Promise<TakenSeat[]> => {
  const pages = paginateQuery(
    { client: db() },
    {
      TableName: table("Seats"),
      KeyConditionExpression: between ? "pk = :pk AND sk BETWEEN :from AND :to" : "pk = :pk",
      ExpressionAttributeValues: { ":pk": pk, ...(between && { ":from": between.from, ":to": between.to }) },
      ...(only && { ProjectionExpression: only, ExpressionAttributeNames: { "#state": "state" } }),
      ConsistentRead: consistent,
    },
  );
  const found: TakenSeat[] = [];
  for await (const { Items = [] } of pages) found.push(...Items.map(toTakenSeat));
  return found;
};

/** A section's taken seats, read at most a second ago. 404 `event.not_found`, `section.not_found`. */
export const sectionSeats = async (eventId: string, sectionId: string, now: number): Promise<SectionSeats> => {
  const event = await eventOf(eventId, now);
  if (!event.sections.some((section) => section.sectionId === sectionId)) throw SectionNotFound();
  const { seats, asOf } = await recent(eventId, sectionId, now);
  const states = seats.filter((seat) => isTaken(seat, now)).map(({ seatId, state }) => [seatId, state]);
  return { sectionId, taken: Object.fromEntries(states), asOf: iso(asOf) };
};

const recent = (eventId: string, sectionId: string, now: number) =>
  sections.get(sectionKey(eventId, sectionId), { now, maxAge: countMaxAgeMs }, async () => ({
    seats: await query(sectionKey(eventId, sectionId), { only: stateAttributes }),
    asOf: now,
  }));

/** Free seats by section, counted at most a second ago. 404 `event.not_found`. */
export const availability = (eventId: string, now: number): Promise<Availability> =>
  counts.get(eventId, { now, maxAge: countMaxAgeMs }, async () => {
    const event = await eventOf(eventId, now);
    const free: Availability["sections"] = [];
    for await (const some of freeSeats(event, now)) free.push(...some);
    await mark(event, !free.some((section) => section.free > 0), now);
    return { sections: free, asOf: iso(now) };
  });

/**
 * The event with a `soldOut` that is at most five seconds old while it is on sale. A lapsed hold or a refund does not update the stored
 * mark, so code that shows a status calls this. It stops reading at the first sections with a free seat. 404 `event.not_found`.
 */
export const counted = async (eventId: string, now: number): Promise<Event> => {
  const event = await eventOf(eventId, now);
  if (!onSale(event, now)) return event;
  const soldOut = await judged.get(eventId, { now, maxAge: soldOutMaxAgeMs }, async () => {
    const none = !(await anyFree(event, now));
    await mark(event, none, now);
    return none;
  });
  return { ...event, soldOut };
};

const anyFree = async (event: Event, now: number): Promise<boolean> => {
  for await (const some of freeSeats(event, now)) if (some.some(({ free }) => free > 0)) return true;
  return false;
};

/** The sections' free seats, `parallelSections` at a time. */
async function* freeSeats({ eventId, sections }: Event, now: number) {
  const free = async ({ sectionId, capacity }: Section) => {
    const { seats } = await recent(eventId, sectionId, now);
    return { sectionId, capacity, free: capacity - seats.filter((seat) => isTaken(seat, now)).length };
  };
  for (let n = 0; n < sections.length; n += parallelSections)
    yield await Promise.all(sections.slice(n, n + parallelSections).map(free));
}

/** Writes the `soldOut` mark that lists and queues read. It writes only a change. The condition keeps the result of a later count. */
const mark = async (event: Event, soldOut: boolean, now: number): Promise<void> => {
  if (event.soldOut === soldOut) return;
  const { written } = await conditional({
    TableName: table("Catalog"),
    Key: metaKey(event.eventId),
    UpdateExpression: "SET soldOut = :soldOut, countedAt = :now",
    ConditionExpression: "soldOut <> :soldOut AND (attribute_not_exists(countedAt) OR countedAt < :now)",
    ExpressionAttributeValues: { ":soldOut": soldOut, ":now": now },
  });
  if (written) forget(event.eventId); // else another count has written it already
};
