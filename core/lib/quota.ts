/**
 * So many of something in a window that begins with the first, kept in the Accounts table. The count is taken by a condition, so those
 * that come at once are counted like those that come in turn.
 */
import { conditional, type Item, table, type Written } from "./dynamo.ts";

const windowMs = 15 * 60_000;

export type Quota = { Key: { pk: string; sk: string }; limit: number };

/** What was taken of a window that ends at `until` (epoch ms). */
type Taken = { count: number; until: number };
const toTaken = (item: Item | undefined): Taken => ({ count: item?.count ?? 0, until: item?.until ?? 0 });

/** How many were taken, as the quota's item says. */
export const takenOf = (item: Item | undefined, now: number): number => {
  const { count, until } = toTaken(item);
  return until > now ? count : 0;
};

/** Seconds until the window ends. */
export const retryAfter = (item: Item | undefined, now: number): string =>
  String(Math.max(1, Math.ceil((toTaken(item).until - now) / 1000)));

/** Takes one, or answers the item as it is where none is left. Each write's condition is the other's complement. */
export const take = async ({ Key, limit }: Quota, now: number): Promise<Written> => {
  const until = now + windowMs;
  const ttl = Math.ceil(until / 1000); // DynamoDB deletes within days: it saves storage, and is never a condition
  const names = { "#count": "count", "#until": "until" };
  const add = {
    TableName: table("Accounts"),
    Key,
    ConditionExpression: "attribute_not_exists(pk) OR (#until > :now AND #count < :limit)",
    UpdateExpression:
      "ADD #count :one SET #until = if_not_exists(#until, :until), expires = if_not_exists(expires, :ttl)",
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ":one": 1, ":now": now, ":limit": limit, ":until": until, ":ttl": ttl },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  const anew = {
    TableName: table("Accounts"),
    Key,
    ConditionExpression: "#until <= :now",
    UpdateExpression: "SET #count = :one, #until = :until, expires = :ttl",
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ":one": 1, ":now": now, ":until": until, ":ttl": ttl },
  };
  const taken = await conditional(add);
  if (taken.written || toTaken(taken.item).until > now) return taken;
  // the window is over; another request may begin the new one between the two
  const begun = await conditional(anew);
  return begun.written ? begun : conditional(add);
};

/** An address as a quota counts it: an IPv6 visitor owns a whole /64. */
export const network = (viewer: string): string => {
  if (!viewer.includes(":")) return viewer;
  const [head = "", tail] = viewer.replace(/^\[|\]$/g, "").split("::");
  const groups = head.split(":").filter(Boolean);
  const rest = tail?.split(":").filter(Boolean) ?? [];
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - groups.length - rest.length)).fill("0");
  const all = [...groups, ...zeros, ...rest].map((group) => Number.parseInt(group, 16).toString(16));
  return `${all.slice(0, 4).join(":")}::/64`;
};
