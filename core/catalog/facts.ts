/** What is wrong with an event's facts, at its creation, at a change and at its publication. Pure. */
import { iso, ms } from "#core/lib/clock.ts";
import type { Fault } from "#core/lib/errors.ts";
import type { Event } from "./schema.ts";

/** Why cards cannot be charged an amount (in minor units) of a currency, or undefined if they can. */
export type Refusal = (amount: number, currency: string) => string | undefined;

export const dayMs = 24 * 3_600_000;

type Facts = Pick<
  Event,
  "kind" | "flight" | "startsAt" | "salesOpenAt" | "salesCloseAt" | "cancelUntil" | "currency" | "prices"
>;

export const factFaults = (facts: Facts, refusal: Refusal = () => undefined): Fault[] => [
  ...timeFaults(facts),
  ...flightFaults(facts),
  ...priceFaults(facts, refusal),
];

/** A sale must open before it closes, and close by the start. */
const timeFaults = ({ startsAt, salesOpenAt, salesCloseAt, cancelUntil }: Facts): Fault[] => {
  const found: Fault[] = [];
  if (salesOpenAt >= salesCloseAt)
    found.push({ path: "salesOpenAt", message: `is not before the sale's close, ${iso(salesCloseAt)}` });
  if (salesCloseAt > startsAt) found.push({ path: "salesCloseAt", message: `is after the start, ${iso(startsAt)}` });
  if (startsAt < dayMs) found.push({ path: "startsAt", message: "is before 1970-01-02" });
  if (cancelUntil > startsAt) found.push({ path: "cancelUntil", message: `is after the start, ${iso(startsAt)}` });
  return found;
};

/** Prices that cards cannot be charged. They are refused, because points can pay only one currency. */
const priceFaults = ({ currency, prices }: Facts, refusal: Refusal): Fault[] =>
  Object.entries(prices).flatMap(([category, price]) => {
    const message = price === 0 ? undefined : refusal(price, currency);
    return message === undefined ? [] : [{ path: `prices.${category}`, message }];
  });

const flightFaults = ({ kind, flight }: Facts): Fault[] => {
  if (kind !== "flight") return flight ? [{ path: "flight", message: `is not for a ${kind}` }] : [];
  if (!flight) return [{ path: "flight", message: "is missing" }];
  const found: Fault[] = [];
  if (ms(flight.departsAt) >= ms(flight.arrivesAt))
    found.push({ path: "flight.arrivesAt", message: "is not after the departure" });
  if (flight.origin === flight.destination) found.push({ path: "flight.destination", message: "is the origin" });
  return found;
};
