/** The organiser's view: the orders of an event, and the figures of its sale. */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import * as Account from "#core/account/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import { iso } from "#core/lib/clock.ts";
import * as Cursor from "#core/lib/cursor.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { memo } from "#core/lib/memo.ts";
import { defaultPageSize, lazy, type Page } from "#core/lib/schemas.ts";
import * as Log from "#core/log/index.ts";
import { ended, endedStatuses, many, pass, type Trace } from "./live.ts";
import { type Order, statsKey } from "./order.table.ts";
import { all, findOwner, open } from "./read.ts";
import type { AdminOrder, AdminOrderQuery, OrderStatus, Stats } from "./schema.ts";
import { statusAt, view } from "./view.ts";

/** An order with its owner. */
export const adminView = async (order: Order, now: number): Promise<AdminOrder> =>
  withOwner(order, await Account.get(order.userId), now);

const withOwner = (order: Order, account: Pick<Account.Account, "email"> | undefined, now: number): AdminOrder => {
  const { userId, mailTo } = order;
  return {
    ...view(order, now),
    userId,
    ...(account && { email: account.email }),
    ...(mailTo && { mailTo: { ...mailTo, at: iso(mailTo.at) } }),
  };
};

const Position = lazy(() => z.string().check(z.regex(Ids.pattern("ord"))));

/**
 * Orders of an event, newest first. `q` is a user id, an order id, or an e-mail address: the buyer's, or the one that the order's e-mails
 * go to. 404 `event.not_found`.
 */
export const listForOrganiser = async (query: AdminOrderQuery, now: number): Promise<Page<AdminOrder>> => {
  const { eventId, q, status, limit = defaultPageSize } = query;
  await Catalog.event(eventId, now);
  const before = query.cursor === undefined ? undefined : Cursor.decode(Position, query.cursor);
  const found: Order[] = [];
  for await (const order of source(eventId, q?.trim(), status, before, now)) {
    if (order.eventId !== eventId || (status && statusAt(order, now) !== status)) continue;
    found.push(order);
    if (found.length > limit) break; // one more than `limit` shows that there is a next page
  }
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const accounts = await Account.many(items.map(({ userId }) => userId));
  return {
    items: items.map((order) => withOwner(order, accounts.get(order.userId), now)),
    next: found.length > limit && last ? Cursor.encode(last.orderId) : null,
  };
};

/** Orders that may match, newest first, older than `before`. */
const source = (
  eventId: string,
  q: string | undefined,
  status: OrderStatus | undefined,
  before: string | undefined,
  now: number,
): AsyncGenerator<Order> => {
  if (!q) return ofEvent(eventId, status, before, now);
  if (Ids.pattern("ord").test(q)) return byId(eventId, q, before, now);
  if (Ids.pattern("usr").test(q)) return all(q, before);
  return ofAddress(eventId, q.toLowerCase(), before);
};

/** Those whose buyer has this address, and those whose e-mails an organiser has sent there. The event's log names the orders that may be. */
async function* ofAddress(eventId: string, email: string, before: string | undefined) {
  const [userId, changed] = await Promise.all([
    Account.findByEmail(email),
    Log.subjects(eventId, "order.mail_address"),
  ]);
  const sent = found([...changed].filter((orderId) => before === undefined || orderId < before));
  const own = userId ? all(userId, before) : undefined;
  for await (const order of merged(sent, own))
    if (order.userId === userId || order.mailTo?.email.toLowerCase() === email) yield order;
}

/** Orders that their id alone finds, newest first. */
async function* found(orderIds: string[]) {
  const rest = orderIds.sort().reverse();
  while (rest.length > 0) {
    const part = rest.splice(0, 50);
    const owners = await Promise.all(part.map(findOwner));
    yield* await many(part.flatMap((orderId, n) => (owners[n] ? { orderId, userId: owners[n] } : [])));
  }
}

async function* byId(eventId: string, orderId: string, before: string | undefined, now: number) {
  for await (const order of ofEvent(eventId, undefined, before, now, orderId)) {
    if (order.orderId < orderId) return;
    if (order.orderId === orderId) yield order;
  }
}

/** The state of the traces that can be an order of this status. Empty: no trace can. */
const shows: Record<OrderStatus, string> = {
  held: "held",
  paying: "held",
  expired: "lapsed",
  confirmed: "sold",
  refunding: "",
  refunded: "",
  released: "",
};

/** Live and ended orders, newest first; an order that ended during the pass comes once. Of the live ones only `only`, if given. */
export async function* ofEvent(
  eventId: string,
  status: OrderStatus | undefined,
  before: string | undefined,
  now: number,
  only?: string,
) {
  const { traces } = await pass(eventId, now);
  const live = traces
    .filter(({ orderId, state }) => (before === undefined || orderId < before) && (!status || shows[status] === state))
    .filter(({ orderId }) => !only || orderId === only)
    .sort((a, b) => (a.orderId < b.orderId ? 1 : -1));
  yield* merged(read(live), status && shows[status] !== "" ? undefined : ended(eventId, { before, limit: 100 }));
}

async function* read(traces: Trace[]) {
  for (let at = 0; at < traces.length; at += 100) yield* await many(traces.slice(at, at + 100));
}

/** Both are newest first. An order that is in both comes once, as `orders` has it. */
async function* merged(orders: AsyncIterable<Order>, others: AsyncGenerator<Order> | undefined) {
  const nextOne = async () => (await others?.next())?.value as Order | undefined;
  let next = await nextOne();
  for await (const order of orders) {
    for (; next && next.orderId >= order.orderId; next = await nextOne())
      if (next.orderId !== order.orderId) yield next;
    yield order;
  }
  for (; next; next = await nextOne()) yield next;
}

/** ms that the counts of ended orders are kept. Counting reads all of them. */
const tallyMaxAgeMs = 5_000;
const tallies = memo<Partial<Record<OrderStatus, number>>>(50);

/** The figures of the sale, without its queue. 404 `event.not_found`. */
export const stats = async ({ eventId, now }: { eventId: string; now: number }): Promise<Omit<Stats, "queue">> => {
  const [{ traces, seats, revenue }, over, paying, conflicts] = await Promise.all([
    pass(eventId, now),
    tallies.get(eventId, { now, maxAge: tallyMaxAgeMs }, () => tally(eventId)),
    payingNow(),
    conflictsOf(eventId),
  ]);
  const held = traces.filter(({ state }) => state === "held");
  const inPayment = held.filter(({ orderId }) => paying.has(orderId)).length;
  const of = (state: string) => traces.filter((trace) => trace.state === state).length;
  return {
    seats,
    orders: { held: held.length - inPayment, paying: inPayment, confirmed: of("sold"), expired: of("lapsed"), ...over },
    conflicts,
    revenue,
  };
};

const tally = async (eventId: string) => {
  const counts: Partial<Record<OrderStatus, number>> = { refunding: 0, refunded: 0, released: 0 };
  for await (const status of endedStatuses(eventId)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

const payingNow = async (): Promise<Set<string>> => {
  const found = new Set<string>();
  for await (const { orderId } of open("paying")) found.add(orderId);
  return found;
};

const conflictsOf = async (eventId: string): Promise<number> => {
  const { Item } = await db().send(new GetCommand({ TableName: table("Catalog"), Key: statsKey(eventId) }));
  return Item?.conflicts ?? 0;
};
