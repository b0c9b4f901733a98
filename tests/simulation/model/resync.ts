/** After a fault: reads the world, and checks that it may follow from the old one, at whatever call the fault occurred. */
import { GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { db, type Item, table } from "#core/lib/dynamo.ts";
import { attemptsOf, endsOf, usedOf, Violation } from "./observed.ts";
import { line } from "./redis.ts";
import type { Run } from "./run.ts";
import { clone, type Place, type Status, settleGraceMs, type World } from "./world.ts";

/** An order's state only moves forward. */
const later: Record<Status, Status[]> = {
  held: ["held", "paying", "confirmed", "refunding", "refunded", "released"],
  paying: ["paying", "held", "confirmed", "refunding", "refunded", "released"],
  confirmed: ["confirmed", "refunding", "refunded", "released"],
  refunding: ["refunding", "refunded"],
  refunded: ["refunded"],
  released: ["released"],
};

const query = async (name: "Orders" | "Seats" | "Accounts", pk: string): Promise<Item[]> => {
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

const takeOrder = (world: World, user: number, item: Item): void => {
  const { orderId, status, payBy, heldUntil: until, attemptId, admittedAt } = item;
  const before = world.orders[orderId];
  if (before && !later[before.status].includes(status))
    throw new Violation(`${orderId} went from ${before.status} to ${status}`);
  world.orders[orderId] = {
    ...{ user, status, payBy, until, attempts: attemptsOf(item), admittedAt },
    seats: item.seats.map(({ seatId }: { seatId: string }) => seatId),
    ...(status === "confirmed" && { paidBy: attemptId }),
  };
};

const takeItem = (run: Run, world: World, user: number, item: Item): void => {
  const sk = String(item.sk);
  if (item.type === "order") takeOrder(world, user, item);
  if (sk === `BASKET#${run.eventId}`)
    world.baskets[user] = {
      ...(item.openOrder && { open: item.openOrder }),
      ...{
        until: item.openUntil ?? 0,
        ends: endsOf(item),
        bought: item.bought ?? 0,
        notBefore: Math.max(item.notBefore ?? 0, item.spent ?? 0),
      },
      used: usedOf(item),
    };
  if (sk.startsWith("CHECKIN#")) world.checkedIn[`${item.orderId} ${Number(sk.split("_").at(-1)) - 1}`] = true;
  if (sk === "WALLET") world.balances[user] = item.balance;
  if (sk.startsWith("KEY#") && item.entry)
    world.charges[`${user} ${item.chargeId}`] = { body: item.hash, balance: item.entry.balance };
};

/** A buyer loses a seat only by giving it back or when its time is over. */
const takeSeats = (run: Run, before: World, world: World, items: Item[]): void => {
  const now = run.outside.now;
  world.seats = Object.fromEntries(
    items.map(({ sk, orderId, state, heldUntil }) => [
      sk,
      { order: orderId, sold: state === "sold", until: heldUntil ?? 0 },
    ]),
  );
  for (const [seat, was] of Object.entries(before.seats)) {
    const is = world.seats[seat];
    const order = world.orders[was.order];
    if (is?.order === was.order || !order) continue;
    const given = ["released", "refunding", "refunded"].includes(order.status);
    // a clock 30 s ahead takes over a little early, for which there is the grace
    if (!given && (was.sold || was.until - settleGraceMs >= now))
      throw new Violation(`${seat} was ${was.order}'s, which is ${order.status}, and is ${is?.order ?? "free"}`);
  }
};

/** Environments cache an event for two seconds. */
const TRUSTED_MS = 2_000;

const takeSetting = async ({ eventId, outside, capacities }: Run, before: World, world: World): Promise<void> => {
  const Key = { pk: `EVENT#${eventId}`, sk: "META" };
  const { Item } = await db().send(new GetCommand({ TableName: table("Catalog"), Key, ConsistentRead: true }));
  world.set = Item?.set;
  const { maxActive } = Item?.queue ?? {};
  if (capacities.at(-1)?.maxActive !== maxActive) capacities.push({ at: outside.now, maxActive });
  if (before.set === world.set) return;
  world.changedAt = outside.now;
  outside.now += TRUSTED_MS + 1;
};

/** The line only moves forward, and a visitor keeps the place until it admitted them. */
const takeLine = async (run: Run, before: World, world: World): Promise<void> => {
  const { issued, serving, records } = await line(run);
  if (serving < before.serving || issued < before.given)
    throw new Violation(`${issued} given, ${serving} called, after ${before.given} and ${before.serving}`);
  const places = records.map(({ user, ordinal, admittedAt, expires }): [number, Place] => {
    const was = before.places[user];
    const over = admittedAt > 0 && expires === undefined;
    if (was && ordinal < was.ordinal) throw new Violation(`buyer ${user} had place ${was.ordinal}, has ${ordinal}`);
    if (was && ordinal > was.ordinal && was.admittedAt === undefined)
      throw new Violation(`buyer ${user} lost place ${was.ordinal} for ${ordinal}`);
    return [
      user,
      { ordinal, ...(admittedAt > 0 && { admittedAt }), ...(expires && { expires }), ...(over && { over }) },
    ];
  });
  world.places = Object.fromEntries(places);
  Object.assign(world, { given: issued, serving });
};

export const resync = async (run: Run, before: World): Promise<World> => {
  const world = clone(before);
  await Promise.all(
    run.buyers.map(async ({ userId }, user) => {
      const found = await Promise.all((["Orders", "Accounts"] as const).map((name) => query(name, `USER#${userId}`)));
      for (const item of found.flat()) takeItem(run, world, user, item);
    }),
  );
  await takeSetting(run, before, world);
  takeSeats(run, before, world, await query("Seats", `${run.eventId}#A`));
  if (run.rules.queue) await takeLine(run, before, world);
  for (const orderId of Object.keys(world.orders)) if (!run.orders.includes(orderId)) run.orders.push(orderId);
  return world;
};
