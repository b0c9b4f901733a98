/** A run's own sale on the shared stage: an event, a few buyers, an organiser; and what lies in the tables of them. */
import { BatchWriteCommand, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Scheduler } from "fast-check";
import type { ProviderName } from "#core/gateway/index.ts";
import { iso } from "#core/lib/clock.ts";
import { db, type Item, type Table, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { sign } from "#core/lib/tokens.ts";
import type { EventFacts, Snapshot } from "#ops/audit/index.ts";
import type { Behaviour } from "#tests/integration/gateway/contract/gateway.ts";
import type { Ground } from "./ground.ts";
import { facts as lineFacts } from "./redis.ts";
import { dismiss, enlist, type Outside, within } from "./seams.ts";
import { begin, type Rules, type Sale, seatIds, type World } from "./world.ts";

/** Runs begin here, so that a run is the same whenever it is made; the future, for what the engines forget by their own clocks. */
const BEGIN = Date.UTC(2031, 0, 1);

export type Buyer = {
  userId: string;
  token: string;
  /** As the buyer's browser holds them. */
  place?: string;
  admission?: { token: string; issuedAt: number; expires: number };
};

export type Room = {
  ground: Ground;
  outside: Outside;
  eventId: string;
  rules: Rules;
  buyers: Buyer[];
  admin: string;
  /** In the order in which they were made. */
  orders: string[];
  /** By their ids: what each brings if its card pays. */
  charges: Map<string, { user: number; amount: number }>;
  /** What stands for cards: by what each was made for, and by itself. */
  tokens: Map<string, string>;
  cards: Map<string, { behaviour: Behaviour; from: ProviderName; at: number }>;
  /** What `maxActive` was set to, and when. */
  rooms: { at: number; maxActive: number }[];
  /** Once it was told: it stays. */
  draw?: { lobby: number; seed: string };
  /** Chooses which of several requests goes on. */
  scheduler: Scheduler;
  /** Tried at this sale. */
  actions: number;
  /** An action took so long that the product may have given it up, and may yet do it. */
  late?: boolean;
  tally: Tally;
};

/** What was tried. */
export type Tally = {
  runs: number;
  actions: number;
  schedules: number;
  kinds: Record<string, number>;
  /** Sales that a machine too busy for the product's own timeouts has spoilt: they prove nothing, and their actions do not count. */
  spoilt: number;
  /** When the first violation was seen, before it was shortened: after how many actions, and ms. */
  seen?: { actions: number; ms: number };
};

const person = (now: number, roles: string[]): Buyer => {
  const userId = Ids.make("usr", now);
  const token = sign("access", { sub: userId, sid: Ids.make("ses", now), roles }, now + 30 * 86_400_000);
  return { userId, token };
};

const accountItems = ({ userId }: Buyer, balance: number, now: number): Item[] => {
  const pk = `USER#${userId}`;
  const email = `${userId.toLowerCase()}@onsale.test`;
  const entryId = Ids.make("ent", now);
  const entry = { pk, sk: `ENTRY#${entryId}`, entryId, kind: "charge", amount: balance, balance, createdAt: now };
  return [
    { pk: `ACCOUNT#${userId}`, sk: "PROFILE", userId, email, name: "A Buyer", createdAt: now },
    { pk, sk: "WALLET", balance, currency: "KRW" },
    ...(balance > 0 ? [entry] : []),
  ];
};

const write = (name: Table, items: Item[]) =>
  db().send(
    new BatchWriteCommand({ RequestItems: { [table(name)]: items.map((Item) => ({ PutRequest: { Item } })) } }),
  );

const plan = (sale: Sale) => ({
  name: "A row",
  size: { width: 100, height: 10 },
  categories: [{ name: "Standard", color: "#336699" }],
  zones: [
    {
      name: "A",
      zone_id: "A",
      position: { x: 0, y: 0 },
      areas: [],
      rows: [
        {
          row_number: "1",
          position: { x: 0, y: 0 },
          seats: seatIds(sale).map((seat_guid, n) => ({
            seat_guid,
            seat_number: String(n + 1),
            position: { x: n * 10, y: 0 },
            category: "Standard",
          })),
        },
      ],
    },
  ],
});

/** Opens a sale for this run alone. */
export const open = async (
  ground: Ground,
  sale: Sale,
  given: Pick<Room, "scheduler" | "tally">,
): Promise<{ room: Room; world: World }> => {
  const outside: Outside = {
    now: BEGIN,
    owners: new Set(),
    messages: [],
    records: { leave: [], mail: [] },
    mails: [],
    webhooks: [],
    pending: [],
    payments: "sandbox",
  };
  const times = { opensAt: BEGIN + sale.opensIn * 1000, closesAt: BEGIN + 3_600_000, cancelUntil: BEGIN + 7_200_000 };
  const rules: Rules = { ...sale, ...times };
  const buyers = Array.from({ length: sale.users }, () => person(BEGIN, []));
  const admin = person(BEGIN, ["admin"]).token;
  enlist(
    outside,
    buyers.map(({ userId }) => userId),
  );
  return within(outside, {}, async () => {
    await write(
      "Accounts",
      buyers.flatMap((buyer) => accountItems(buyer, sale.balance, BEGIN)),
    );
    const { admitPerSecond, maxActive, sessionSeconds, maxSeatsPerOrder, maxSeatsPerUser, holdSeconds } = sale;
    const body = {
      kind: "concert",
      title: "A sale",
      venue: "A hall",
      startsAt: iso(BEGIN + 10 * 86_400_000),
      salesOpenAt: iso(times.opensAt),
      salesCloseAt: iso(times.closesAt),
      cancelUntil: iso(times.cancelUntil),
      prices: { Standard: sale.price },
      ...{ maxSeatsPerOrder, maxSeatsPerUser, holdSeconds },
      queue: { enabled: sale.queue, admitPerSecond, maxActive, sessionSeconds, claimSeconds: 5 },
      plan: plan(sale),
    };
    const made = await ground.stage.call("POST /v1/admin/events", { token: admin, body });
    if (made.status !== 201) throw new Error(`The event was refused: ${JSON.stringify(made.body)}`);
    const { eventId } = made.body as { eventId: string };
    const rooms = [{ at: BEGIN, maxActive }];
    const empty = { orders: [], actions: 0, charges: new Map(), tokens: new Map(), cards: new Map(), rooms };
    const room: Room = { ground, outside, eventId, rules, buyers, admin, ...empty, ...given };
    return { room, world: begin(sale, BEGIN) };
  });
};

export const close = ({ outside }: Room): void => dismiss(outside);

const query = async (name: Table, pk: string): Promise<Item[]> => {
  const { Items = [] } = await db().send(
    new QueryCommand({
      TableName: table(name),
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": pk },
      ConsistentRead: true,
    }),
  );
  return Items;
};

const under = (items: Item[], prefix: string) => items.filter(({ sk }) => String(sk).startsWith(prefix));
const after = (key: string) => key.slice(key.indexOf("#") + 1);

/** Everything that is left of this run, as the auditor reads it. */
export const snapshot = async (room: Room): Promise<Snapshot> => {
  const { eventId, buyers, outside, ground } = room;
  const [{ Item: event }, seats, owned, accounts] = await Promise.all([
    db().send(
      new GetCommand({
        TableName: table("Catalog"),
        Key: { pk: `EVENT#${eventId}`, sk: "META" },
        ConsistentRead: true,
      }),
    ),
    query("Seats", `${eventId}#A`),
    Promise.all(buyers.map(({ userId }) => query("Orders", `USER#${userId}`))).then((all) => all.flat()),
    Promise.all(buyers.map(({ userId }) => query("Accounts", `USER#${userId}`))).then((all) => all.flat()),
  ]);
  const { queue } = event as EventFacts;
  // who is inside when the organiser makes the room smaller stays until the session's end
  const maxActive = Math.max(...room.rooms.map((one) => one.maxActive));
  const facts = { ...(event as EventFacts), ...(event?.draw as object), queue: { ...queue, maxActive } };
  const mine = ({ pk }: Item) => ({ userId: after(pk) });
  return {
    at: outside.now,
    events: [facts],
    seats: seats.map((item) => ({ ...(item as Snapshot["seats"][number]), eventId, sectionId: "A", seatId: item.sk })),
    orders: under(owned, "ORDER#") as Snapshot["orders"],
    baskets: under(owned, "BASKET#").map((item) => ({
      ...mine(item),
      eventId: after(item.sk),
      openOrder: item.openOrder,
      bought: item.bought ?? 0,
    })),
    checkIns: under(owned, "CHECKIN#").map((item) => ({ ...mine(item), ticketId: after(item.sk) })),
    wallets: under(accounts, "WALLET").map((item) => ({ ...mine(item), balance: item.balance })),
    entries: under(accounts, "ENTRY#").map((item) => ({ ...(item as Snapshot["entries"][number]), ...mine(item) })),
    payments: ground.payments(outside),
    mails: outside.mails,
    messages: { waiting: outside.messages.length, dead: 0 },
    queues: room.rules.queue ? [await lineFacts(room, facts.lobby)] : [],
    visitors: [],
  };
};
