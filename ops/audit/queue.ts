/**
 * The queue was fair: judged by Redis's data and by what visitors saw. The draw is computed here again from its public description
 * (docs/fairness.md), not with the code that drew.
 */
import { createHash, createHmac } from "node:crypto";
import { type Facts, type Finding, group, type Invariant } from "./invariant.ts";
import type { EventFacts, PlaceFacts, QueueFacts } from "./snapshot.ts";

/** The number of lobby index `index` (from 1) among `size`: a Feistel network over the next even power of two, walked until it fits. */
export const drawn = (seed: string, size: number, index: number): number => {
  let bits = 2;
  while (2 ** bits < size) bits += 2;
  const half = 2 ** (bits / 2);
  const key = Buffer.from(seed, "hex");
  const round = (r: number, right: number): number => {
    const message = Buffer.alloc(9);
    message.writeUInt8(r);
    message.writeUInt32BE(size, 1);
    message.writeUInt32BE(right, 5);
    return createHmac("sha256", key).update(message).digest().readUInt32BE() % half;
  };
  let x = index - 1;
  do {
    let [left, right] = [Math.floor(x / half), x % half];
    for (let r = 0; r < 10; r++) [left, right] = [right, (left ^ round(r, right)) >>> 0];
    x = left * half + right;
  } while (x >= size);
  return x + 1;
};

type Seen = PlaceFacts & { eventId: string };

/** Places in Redis and places that visitors were given, with the numbers that the draw gives to lobby indices. */
const seen = ({ queues, visitors, events }: Facts): Seen[] => {
  const event = new Map(events.map((each) => [each.eventId, each]));
  const all: Seen[] = [
    ...queues.flatMap(({ eventId, places }) => places.map((place) => ({ ...place, eventId }))),
    ...visitors,
  ];
  return all.map((place) => {
    const { seed, lobby } = event.get(place.eventId) ?? {};
    if (place.number !== undefined || place.index === undefined || !seed || !lobby) return place;
    return place.index <= lobby ? { ...place, number: drawn(seed, lobby, place.index) } : place;
  });
};

const uniqueNumbers = (facts: Facts): Finding => {
  const places = seen(facts).filter(({ number }) => number !== undefined);
  const numbers = group(places, ({ eventId, number }) => `${eventId} ${number}`);
  const violations = [...numbers].flatMap(([name, holders]) => {
    const users = [...new Set(holders.map(({ userId }) => userId))];
    return users.length > 1
      ? [`number ${name.split(" ")[1]} of ${name.split(" ")[0]} was given to ${users.join(" and ")}`]
      : [];
  });
  return { looked: numbers.size, violations };
};

const drawFault = ({ eventId, commitment, seed, lobby }: EventFacts): string[] => {
  if (seed === undefined || lobby === undefined) return [];
  const hash = createHash("sha256").update(Buffer.from(seed, "hex")).digest("hex");
  return hash === commitment ? [] : [`${eventId}'s seed is not the one that was committed to`];
};

const lobbyIsItsDraw = (facts: Facts): Finding => {
  const drawnEvents = new Map(facts.events.filter(({ seed }) => seed).map((event) => [event.eventId, event]));
  const byVisitor = group(
    [
      ...facts.queues.flatMap(({ eventId, places }) => places.map((place) => ({ ...place, eventId }))),
      ...facts.visitors,
    ],
    ({ eventId, userId }) => `${eventId} ${userId}`,
  );
  let looked = 0;
  const wrong = [...byVisitor.values()].flatMap((places) => {
    const [{ eventId, userId }] = places as [Seen];
    const { seed, lobby = 0 } = drawnEvents.get(eventId) ?? {};
    const index = places.find((place) => place.index !== undefined)?.index;
    if (!seed || index === undefined || index > lobby) return [];
    looked++;
    const right = drawn(seed, lobby, index);
    const given = places.find((place) => place.number !== undefined && place.number !== right)?.number;
    return given === undefined ? [] : [`${userId} (lobby ${index}) was drawn ${right}, but has number ${given}`];
  });
  return { looked, violations: [...[...drawnEvents.values()].flatMap(drawFault), ...wrong] };
};

/** The highest number admitted before each moment. A visitor must not be told to wait after a later number was admitted. */
const overtaken = (places: (Seen & { admittedAt?: number; refusedAt?: number })[]): string[] => {
  const admitted = places
    .flatMap(({ number, admittedAt }) => (number !== undefined && admittedAt ? [{ number, at: admittedAt }] : []))
    .sort((a, b) => a.at - b.at);
  const refused = places
    .flatMap((place) => (place.number !== undefined && place.refusedAt ? [{ ...place, at: place.refusedAt }] : []))
    .sort((a, b) => a.at - b.at);
  const violations: string[] = [];
  let next = 0;
  let highest = 0;
  for (const { number = 0, userId, at } of refused) {
    for (let entry = admitted[next]; entry && entry.at < at; entry = admitted[++next])
      highest = Math.max(highest, entry.number);
    if (highest > number)
      violations.push(`${userId} with number ${number} was told to wait after ${highest} had entered`);
  }
  return violations;
};

/**
 * Nobody was admitted beyond the capacity at that time. Visitors inside now who were admitted by then were inside then. Visitors who were
 * called before the capacity was lowered may still enter until their claim expires.
 */
const crowded = ({ eventId, active, admissions, narrowed }: QueueFacts, event: EventFacts | undefined): string[] => {
  if (!event) return [];
  const { maxActive, claimSeconds = 0 } = event.queue;
  const until = narrowed ? narrowed.at + claimSeconds * 1000 : 0;
  const capacityAt = (at: number) => (narrowed && at <= until ? Math.max(narrowed.from, maxActive) : maxActive);
  const times = admissions?.toSorted((a, b) => a - b) ?? Array<number>(active).fill(Number.POSITIVE_INFINITY);
  const beyond = times.findLast((at, inside) => inside + 1 > capacityAt(at));
  return beyond === undefined ? [] : [`${eventId} has ${active} admissions, with a capacity of ${capacityAt(beyond)}`];
};

const calledInOrder = (facts: Facts): Finding => {
  const events = new Map(facts.events.map((event) => [event.eventId, event]));
  const lines = facts.queues.flatMap((queue) => {
    const { eventId, serving, issued } = queue;
    return [
      ...(serving > issued ? [`${eventId} serves ${serving}, but has given ${issued} numbers`] : []),
      ...crowded(queue, events.get(eventId)),
    ];
  });
  const serving = new Map(facts.queues.map((queue) => [queue.eventId, queue.serving]));
  const visitors = seen({ ...facts, queues: [] }) as (Seen & { admittedAt?: number; refusedAt?: number })[];
  const early = visitors
    .filter(({ eventId, number = 0, admittedAt }) => admittedAt && number > (serving.get(eventId) ?? number))
    .map(({ userId, number, eventId }) => `${userId} entered with number ${number}; ${serving.get(eventId)} is called`);
  const passed = [...group(visitors, ({ eventId }) => eventId).values()].flatMap(overtaken);
  return { looked: facts.queues.length + visitors.length, violations: [...lines, ...early, ...passed] };
};

export const queue: Invariant[] = [
  { name: "queue numbers unique", check: uniqueNumbers },
  { name: "the lobby's numbers are its draw", check: lobbyIsItsDraw },
  { name: "called in order, within the capacity", check: calledInOrder },
];
