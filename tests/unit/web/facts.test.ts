/** The form of an event's facts: the request that makes a change. */
import { beforeAll, expect, test } from "vitest";
import type { Event } from "#client/shapes.ts";
import { toPatch } from "../../../web/src/desk/facts.ts";
import { speakDesk } from "../../../web/src/i18n/desk.ts";

beforeAll(speakDesk);

const event = {
  ...{ title: "Evening", venue: "Hall", currency: "KRW", prices: { Front: 50_000 }, maxSeatsPerOrder: 4 },
  startsAt: "2031-07-04T10:00:00.000Z",
  flight: {
    ...{ origin: "ICN", destination: "NRT" },
    ...{ departsAt: "2031-07-04T10:00:00.000Z", arrivesAt: "2031-07-04T12:00:00.000Z" },
  },
} as unknown as Event;

test("only facts with another value are in the request", () => {
  const edits = { title: "Evening", venue: "", "prices.Front": "60000", maxSeatsPerOrder: "2" };
  expect(toPatch(event, edits)).toEqual({ prices: { Front: 60_000 }, maxSeatsPerOrder: 2 });
});

test("a flight is sent as a whole, and starts when it departs", () => {
  const departsAt = new Date("2031-07-04T11:00").toISOString();
  const patch = toPatch(event, { "flight.departsAt": "2031-07-04T11:00" });
  expect(patch).toEqual({ startsAt: departsAt, flight: { ...event.flight, departsAt } });
});
