/** All sessions of an account, one for each device that is signed in: listed, ended, and set aside. */
import { DeleteCommand, paginateQuery, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { iso } from "#core/lib/clock.ts";
import { conditional, db, type Item, send, sendIf, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Table from "./account.table.ts";
import { type Principal, type SessionList, SessionNotFound } from "./schema.ts";

/** A list has the newest sessions only. */
const maxListed = 100;

/** The sessions that are open, newest first. */
export const list = async (user: Principal, now: number): Promise<SessionList> => {
  const newest = new QueryCommand({ ...all(user.userId), ScanIndexForward: false, Limit: maxListed });
  const { Items = [] } = await db().send(newest);
  const items = Items.map((item) => ({ sessionId: Table.sessionIdOf(item), session: Table.toSession(item) }))
    .filter(({ session }) => session.until > now && !session.revoked)
    .map(({ sessionId, session: { method, device, refreshedAt } }) => ({
      sessionId,
      current: sessionId === user.sessionId,
      method,
      device,
      signedInAt: iso(Ids.madeAt(sessionId)),
      lastUsedAt: iso(refreshedAt ?? Ids.madeAt(sessionId)),
    }));
  return { items };
};

/** Ends one session of the user. 404 `session.not_found`. */
export const end = async ({ userId }: Principal, sessionId: string): Promise<void> => {
  const Key = Table.sessionKey(userId, sessionId);
  const ConditionExpression = "attribute_exists(pk)";
  const { written } = await sendIf(new DeleteCommand({ TableName: table("Accounts"), Key, ConditionExpression }));
  if (!written) throw SessionNotFound();
};

/**
 * Ends all sessions of an account, but for the named one. Their access tokens still open the routes that check no session, until they
 * expire.
 */
export const endAll = (userId: string, but?: string): Promise<void> =>
  each(userId, async (Key) => {
    if (but !== undefined && Key.sk === Table.sessionKey(userId, but).sk) return;
    await send(new DeleteCommand({ TableName: table("Accounts"), Key })); // unconditional, because it must be absent afterwards in any case
  });

/** Has the sessions of an account no longer refreshed until its address is proven in them. A session by a code is such a proof itself. */
export const unprove = (userId: string): Promise<void> =>
  each(userId, async (Key, { method }) => {
    if (method === "code") return;
    await conditional({
      TableName: table("Accounts"),
      Key,
      UpdateExpression: "SET unproven = :true",
      ConditionExpression: "attribute_exists(pk)", // a session that was ended meanwhile must not be created again
      ExpressionAttributeValues: { ":true": true },
    });
  });

const all = (userId: string) => ({
  TableName: table("Accounts"),
  KeyConditionExpression: "pk = :pk AND begins_with(sk, :sessions)",
  ExpressionAttributeValues: { ":pk": Table.profileKey(userId).pk, ":sessions": Table.sessionKey(userId, "").sk },
  ConsistentRead: true,
});

/** Runs `work` for each session of an account, 25 at a time. */
const each = async (userId: string, work: (Key: Table.Key, session: Table.SessionItem) => Promise<unknown>) => {
  for await (const { Items = [] } of paginateQuery({ client: db(), pageSize: 25 }, all(userId)))
    await Promise.all(Items.map((item: Item) => work({ pk: item.pk, sk: item.sk }, Table.toSession(item))));
};
