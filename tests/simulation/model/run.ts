/** A run's own sale on the shared stage: an event, a few buyers, an organiser, and their items in the tables. */
import type { Scheduler } from "fast-check";
import type { Client } from "#client/client.ts";
import type { NewEvent } from "#client/shapes.ts";
import { membershipItem } from "#core/account/account.table.ts";
import type { ProviderName } from "#core/gateway/index.ts";
import { iso } from "#core/lib/clock.ts";
import type { Item } from "#core/lib/dynamo.ts";
import { putAll } from "#core/lib/dynamo-batch.ts";
import * as Ids from "#core/lib/ids.ts";
import type { Snapshot } from "#ops/audit/index.ts";
import { read } from "#ops/audit/read.ts";
import type { Behaviour } from "#tests/integration/gateway/contract/gateway.ts";
import { signedIn } from "#tests/support/stage.ts";
import { clientOf } from "../client.ts";
import type { Fixture } from "./fixture.ts";
import { dismiss, enlist, type Outside, within } from "./seams.ts";
import { begin, type Rules, type Sale, seatIds, type World } from "./world.ts";

/**
 * The start of every run's clock, so that a run does not depend on the date. It is in the future, because the engines expire items by their
 * own clocks.
 */
const BEGIN = Date.UTC(2031, 0, 1);

export type Buyer = {
  userId: string;
  api: Client;
  /** The tokens that the buyer's browser stores. */
  place?: string;
  admission?: { token: string; issuedAt: number; expires: number };
};

export type Run = {
  fixture: Fixture;
  outside: Outside;
  eventId: string;
  rules: Rules;
  buyers: Buyer[];
  admin: Client;
  /** In the order in which they were made. */
  orders: string[];
  /** By id: the points of each charge if its card pays. */
  charges: Map<string, { user: number; amount: number }>;
  /** Card tokens: by the request that each was made for, and by token. */
  tokens: Map<string, string>;
  cards: Map<string, { behaviour: Behaviour; from: ProviderName; at: number }>;
  /** The values of `maxActive`, with their times. */
  capacities: { at: number; maxActive: number }[];
  /** The seed once it was published; it does not change. */
  draw?: { lobby: number; seed: string };
  /** Chooses the request that continues. */
  scheduler: Scheduler;
  /** Actions tried in this sale. */
  actions: number;
  /** An action took so long that the product may have timed out, and its calls may still take effect. */
  late?: boolean;
  tally: Tally;
};

/** The tried actions. */
export type Tally = {
  runs: number;
  actions: number;
  schedules: number;
  kinds: Record<string, number>;
  /** Sales that were dropped because the machine was too slow for the product's timeouts. Their actions do not count. */
  spoilt: number;
  /** When the first violation was found, before its reduction: after how many actions, and ms. */
  seen?: { actions: number; ms: number };
};

const person = ({ stage }: Fixture, organiser = false): Buyer & { item: Item } => {
  const userId = Ids.make("usr", BEGIN);
  const { item, token } = signedIn(userId, { organiser, at: BEGIN, lifeMs: 30 * 86_400_000 });
  return { userId, item, api: clientOf(stage.fetch, token) };
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
  fixture: Fixture,
  sale: Sale,
  given: Pick<Run, "scheduler" | "tally">,
): Promise<{ run: Run; world: World }> => {
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
  const buyers = Array.from({ length: sale.users }, () => person(fixture));
  const admin = person(fixture, true);
  enlist(
    outside,
    buyers.map(({ userId }) => userId),
  );
  return within(outside, {}, async () => {
    await putAll("Accounts", [
      ...buyers.flatMap((buyer) => [...accountItems(buyer, sale.balance, BEGIN), buyer.item]),
      admin.item,
      membershipItem(admin.userId, { organisationId: "org_test", role: "owner" }, BEGIN),
    ]);
    const { admitPerSecond, maxActive, sessionSeconds, maxSeatsPerOrder, maxSeatsPerUser, holdSeconds } = sale;
    const body: NewEvent = {
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
    const { eventId } = await admin.api.call("POST /v1/admin/events", { body });
    const capacities = [{ at: BEGIN, maxActive }];
    const empty = { orders: [], actions: 0, charges: new Map(), tokens: new Map(), cards: new Map(), capacities };
    const run: Run = { fixture, outside, eventId, rules, buyers, admin: admin.api, ...empty, ...given };
    return { run, world: begin(sale, BEGIN) };
  });
};

export const close = ({ outside }: Run): void => dismiss(outside);

/** This run's items, as the audit reads them. `queues`: Redis too, which may fail for the audit as well. */
export const snapshot = async (run: Run, { queues = false } = {}): Promise<Snapshot> => {
  const { eventId, buyers, outside, fixture } = run;
  const scope = { eventIds: [eventId], userIds: buyers.map(({ userId }) => userId) };
  return {
    ...(await read({ now: outside.now, scope, queues })),
    payments: fixture.payments(outside.owners),
    mails: outside.mails,
    messages: { waiting: outside.messages.length, dead: 0 },
  };
};
