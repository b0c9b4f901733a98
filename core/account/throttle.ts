/**
 * Failed sign-ins, counted per account (known or not) and per viewer's address in windows that begin with the first failure.
 * Successes are not counted, so that thousands behind one address can sign in at once.
 */
import { DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type Item, refused, send, table } from "#core/lib/dynamo.ts";
import { count } from "#core/lib/metrics.ts";
import * as Table from "./account.table.ts";
import { TooManyAttempts } from "./schema.ts";

const WINDOW = 15 * 60_000;

/** Guesses at one account are few when honest; an address may stand for a campus. */
export const LIMITS = { account: 10, address: 100 };

export type Subject = { name: string; limit: number };

export const account = (email: string): Subject => ({ name: `account:${email.toLowerCase()}`, limit: LIMITS.account });

/** An IPv6 visitor owns a whole /64, so that is the address. */
export const address = (viewer: string): Subject => ({ name: `address:${network(viewer)}`, limit: LIMITS.address });

const network = (viewer: string): string => {
  if (!viewer.includes(":")) return viewer;
  const [head = "", tail] = viewer.replace(/^\[|\]$/g, "").split("::");
  const groups = head.split(":").filter(Boolean);
  const rest = tail?.split(":").filter(Boolean) ?? [];
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - groups.length - rest.length)).fill("0");
  const all = [...groups, ...zeros, ...rest].map((group) => Number.parseInt(group, 16).toString(16));
  return `${all.slice(0, 4).join(":")}::/64`;
};

/** Throws 429 with `Retry-After` if the subject's failures (its item, if there is one) have reached the limit. */
export const check = (subject: Subject, item: Item | undefined, now: number): void => {
  const failures = Table.toFailures(item);
  if (failures.until <= now || failures.count < subject.limit) return;
  count("Throttled");
  const seconds = Math.ceil((failures.until - now) / 1000);
  throw TooManyAttempts(undefined, { headers: { "retry-after": String(seconds) } });
};

/** Adds one to a window that still runs; a lapsed one is replaced. Each write's condition is the other's complement. */
export const failed = async (subject: Subject, now: number): Promise<void> => {
  const Key = Table.failuresKey(subject.name);
  const until = now + WINDOW;
  const add = new UpdateCommand({
    TableName: table("Accounts"),
    Key,
    ConditionExpression: "attribute_not_exists(pk) OR #until > :now",
    UpdateExpression:
      "ADD #count :one SET #until = if_not_exists(#until, :until), expires = if_not_exists(expires, :ttl)",
    ExpressionAttributeNames: { "#count": "count", "#until": "until" },
    ExpressionAttributeValues: { ":one": 1, ":now": now, ":until": until, ":ttl": Table.ttl(until) },
  });
  const anew = new PutCommand({
    TableName: table("Accounts"),
    Item: { ...Key, count: 1, until, expires: Table.ttl(until) },
    ConditionExpression: "#until <= :now",
    ExpressionAttributeNames: { "#until": "until" },
    ExpressionAttributeValues: { ":now": now },
  });
  if (!(await refused(add))) return;
  if (!(await refused(anew))) return;
  await send(add); // another request began the new window between the two
};

/** Whoever knows the password was no guesser: the account's failures are forgotten. The address's are not. */
export const forget = async (subject: Subject): Promise<void> => {
  const Key = Table.failuresKey(subject.name);
  await send(new DeleteCommand({ TableName: table("Accounts"), Key })); // unconditional: whatever it counted is void
};
