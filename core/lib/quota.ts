/**
 * A limit on how often something may happen in a window of 15 minutes that begins with the first time, kept in the Accounts table.
 * Conditional writes count, so parallel requests are counted like sequential ones.
 */
import { conditional, type Item, type TransactItem, table, type Written } from "./dynamo.ts";
import type { Definition, Problem } from "./errors.ts";
import { count } from "./metrics.ts";

const windowMs = 15 * 60_000;

export type Quota = { Key: { pk: string; sk: string }; limit: number };

/** The count of a window that ends at `until` (epoch ms). */
type Taken = { count: number; until: number };
const toTaken = (item: Item | undefined): Taken => ({ count: item?.count ?? 0, until: item?.until ?? 0 });

/** How many were taken, by the quota's item. */
export const takenOf = (item: Item | undefined, now: number): number => {
  const { count, until } = toTaken(item);
  return until > now ? count : 0;
};

/** The refusal of a quota that is used up, with its `Retry-After`. It is counted. */
export const refusal = (error: Definition, item: Item | undefined, now: number): Problem => {
  count("Throttled");
  return error(undefined, { headers: { "retry-after": retryAfter(item, now) } });
};

/** Seconds until the window ends. */
const retryAfter = (item: Item | undefined, now: number): string =>
  String(Math.max(1, Math.ceil((toTaken(item).until - now) / 1000)));

/**
 * Takes one in a transaction, whatever the limit. `item`: the quota's item as it was read. The condition refuses if another request began a
 * new window meanwhile: read it again.
 */
export const taking = ({ Key }: Quota, item: Item | undefined, now: number): TransactItem => {
  const { until: before } = toTaken(item);
  const until = before > now ? before : now + windowMs;
  return {
    Update: {
      TableName: table("Accounts"),
      Key,
      ConditionExpression: item ? "#until = :before" : "attribute_not_exists(pk)",
      UpdateExpression: `${before > now ? "ADD #count :one SET" : "SET #count = :one,"} #until = :until, expires = :ttl`,
      ExpressionAttributeNames: { "#count": "count", "#until": "until" },
      ExpressionAttributeValues: {
        ":one": 1,
        ":until": until,
        ":ttl": ttlOf(until),
        ...(item && { ":before": before }),
      },
    },
  };
};

/** DynamoDB's TTL, in seconds. DynamoDB deletes within days, so this only saves storage, and no condition uses it. */
const ttlOf = (until: number): number => Math.ceil(until / 1000);

/** Takes one, or returns the unchanged item if none is left. The conditions exclude each other: `add` needs a current window, `restart` an old one. */
export const take = async ({ Key, limit }: Quota, now: number): Promise<Written> => {
  const until = now + windowMs;
  const names = { "#count": "count", "#until": "until" };
  const add = {
    TableName: table("Accounts"),
    Key,
    ConditionExpression: "attribute_not_exists(pk) OR (#until > :now AND #count < :limit)",
    UpdateExpression:
      "ADD #count :one SET #until = if_not_exists(#until, :until), expires = if_not_exists(expires, :ttl)",
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ":one": 1, ":now": now, ":limit": limit, ":until": until, ":ttl": ttlOf(until) },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  const restart = {
    TableName: table("Accounts"),
    Key,
    ConditionExpression: "#until <= :now",
    UpdateExpression: "SET #count = :one, #until = :until, expires = :ttl",
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ":one": 1, ":now": now, ":until": until, ":ttl": ttlOf(until) },
  };
  const taken = await conditional(add);
  if (taken.written || toTaken(taken.item).until > now) return taken;
  // the window is over; another request may begin the new one before `restart` does, and then `add` counts in it
  const begun = await conditional(restart);
  return begun.written ? begun : conditional(add);
};

/** The address that a quota counts. An IPv6 visitor has a whole /64, so it is the key. */
export const network = (viewer: string): string => {
  if (!viewer.includes(":")) return viewer;
  const [head = "", tail] = viewer.replace(/^\[|\]$/g, "").split("::");
  const groups = head.split(":").filter(Boolean);
  const rest = tail?.split(":").filter(Boolean) ?? [];
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - groups.length - rest.length)).fill("0");
  const all = [...groups, ...zeros, ...rest].map((group) => Number.parseInt(group, 16).toString(16));
  return `${all.slice(0, 4).join(":")}::/64`;
};
