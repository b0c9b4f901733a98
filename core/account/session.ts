/**
 * Sessions. An access token is signed and short-lived. A refresh token is opaque, used once, and stored only as hashes.
 *
 * A refresh token is `<userId>.<sessionId>.<family><current>`. It has two secrets: `family` stays the same for the whole session, and
 * `current` changes at each refresh. The successor is derived from the token with our key. So a token whose answer was lost gets the same
 * successor again, for 30 s and while that is unused. In all other cases a right `family` with a wrong `current` proves that the token was
 * spent before, thus stolen or used twice: the session is revoked. A wrong `family` proves nothing and changes nothing.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { keysOf } from "#core/lib/config.ts";
import { conditional, putNew, send, type TransactItem, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { sign } from "#core/lib/tokens.ts";
import * as Table from "./account.table.ts";
import { type Method, type Principal, type Session, SessionInvalid, SessionReused, SessionUnproven } from "./schema.ts";

/** How long an access token is valid. Signing out ends the session, but an access token stays valid until it expires. */
const accessTokenMs = 30 * 60_000;
/** How long a session lasts from its sign-in. Refreshes do not extend it. */
const sessionMs = 30 * 86_400_000;
/** ms after its refresh in which a token gets the same successor again, because the answer may have been lost. */
const sameSuccessorMs = 30_000;

const secret = () => Ids.random(24).toString("base64url"); // 32 characters
const TOKEN = new RegExp(`^(usr_${Ids.ULID})\\.(ses_${Ids.ULID})\\.([\\w-]{32})([\\w-]{32})$`);

type Refresh = { userId: string; sessionId: string; family: string; current: string };
const write = (token: Refresh) => `${token.userId}.${token.sessionId}.${token.family}${token.current}`;
const read = (text: string): Refresh => {
  const [, userId, sessionId, family, current] = TOKEN.exec(text) ?? [];
  if (!userId || !sessionId || !family || !current) throw SessionInvalid();
  return { userId, sessionId, family, current };
};

/** The token's successor by the current key, then by the other keys. Without the keys nobody can compute them. */
const successors = (token: Refresh): [Refresh, ...Refresh[]] =>
  keysOf("RefreshKey").map((key) => {
    const mac = createHmac("sha256", key).update(write(token)).digest("base64url");
    return { ...token, current: mac.slice(0, 32) };
  }) as [Refresh, ...Refresh[]];

/**
 * `org` lets requests pass at CloudFront's function, so that strangers do not use up organisers' throttles. It opens nothing: check.ts reads
 * the memberships. `roles` is read only by functions of the previous release, which answer beside this one while a release shifts.
 */
const claims = ({ userId, organiser, emailVerified }: Table.Profile, sessionId: string) => ({
  ...{ sub: userId, sid: sessionId },
  ...(organiser ? { org: true, roles: ["admin"] } : { roles: [] }),
  ...(emailVerified && { ver: true }),
});

/** The condition that a session is still open, for a transaction with what it allows. */
export const ifOpen = ({ userId, sessionId }: Principal, now: number): TransactItem => ({
  ConditionCheck: {
    TableName: table("Accounts"),
    Key: Table.sessionKey(userId, sessionId),
    ConditionExpression: "#until > :now AND attribute_not_exists(revoked) AND attribute_not_exists(unproven)",
    ExpressionAttributeNames: { "#until": "until" },
    ExpressionAttributeValues: { ":now": now },
  },
});

/** The condition that an account is not being erased: its erasure ends the sessions after its mark, so no session is opened after that. */
export const ifNotErasing = (userId: string): TransactItem => ({
  ConditionCheck: {
    TableName: table("Accounts"),
    Key: Table.profileKey(userId),
    ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(erasing)",
  },
});

const answer = (profile: Table.Profile, token: Refresh, now: number): Session => ({
  accessToken: sign("access", claims(profile, token.sessionId), now + accessTokenMs),
  refreshToken: write(token),
  expiresIn: accessTokenMs / 1000,
  tokenType: "Bearer",
});

/** A new session: the write that opens it, for a transaction with what proves the account, and its answer once that is written. */
export const make = (userId: string, by: { method: Method; device: string }, now: number) => {
  const token = { userId, sessionId: Ids.make("ses", now), family: secret(), current: secret() };
  const Item = Table.sessionItem(userId, token.sessionId, {
    family: Ids.sha256(token.family),
    current: Ids.sha256(token.current),
    until: now + sessionMs,
    ...by,
  });
  return { put: putNew("Accounts", Item), answer: (profile: Table.Profile): Session => answer(profile, token, now) };
};

/**
 * Spends a refresh token for a new pair, or returns its pair again (see above). `profileOf` reads the account, which may be gone. 401
 * `session.invalid`, `session.reused` or `session.unproven`.
 */
export const refresh = async (
  text: string,
  profileOf: (userId: string) => Promise<Table.Profile | undefined>,
  now: number,
): Promise<Session> => {
  const token = read(text);
  const all = successors(token);
  const spent = await rotate(token, all[0], now);
  const next = spent ? all.find((one) => isAgain(spent.session, token, one, now)) : all[0];
  if (!next) throw await refusal(token, spent?.session, now);
  const profile = await profileOf(token.userId);
  if (!profile) throw SessionInvalid();
  return answer(profile, next, now);
};

/** Of two requests that spend the same token in parallel, the condition lets one through. The other finds the successor it would have written. */
const rotate = async (token: Refresh, next: Refresh, now: number) => {
  const { written, item } = await conditional({
    TableName: table("Accounts"),
    Key: Table.sessionKey(token.userId, token.sessionId),
    UpdateExpression: "SET #current = :next, refreshedAt = :now",
    ConditionExpression:
      "#family = :family AND #current = :current AND #until > :now AND attribute_not_exists(revoked) AND attribute_not_exists(unproven)",
    ExpressionAttributeNames: { "#family": "family", "#current": "current", "#until": "until" },
    ExpressionAttributeValues: {
      ":family": Ids.sha256(token.family),
      ":current": Ids.sha256(token.current),
      ":next": Ids.sha256(next.current),
      ":now": now,
    },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  return written ? undefined : { session: item && Table.toSession(item) };
};

/** Whether the session's current token is this token's unused successor, for at most 30 s: then the answer was lost. */
const isAgain = (session: Table.SessionItem | undefined, token: Refresh, next: Refresh, now: number): boolean =>
  session !== undefined &&
  isLive(session, token, now) &&
  session.current === Ids.sha256(next.current) &&
  now - (session.refreshedAt ?? 0) <= sameSuccessorMs;

const isLive = (session: Table.SessionItem, token: Refresh, now: number): boolean =>
  session.until > now && !session.revoked && !session.unproven && isOwn(session, token);

const isOwn = ({ family }: Table.SessionItem, token: Refresh): boolean =>
  timingSafeEqual(Buffer.from(family), Buffer.from(Ids.sha256(token.family)));

const refusal = async (token: Refresh, session: Table.SessionItem | undefined, now: number) => {
  if (!session || session.until <= now || !isOwn(session, token)) return SessionInvalid();
  if (session.unproven && !session.revoked) return SessionUnproven();
  if (!session.revoked) await revoke(token);
  return SessionReused();
};

/** The mark stays until the session's end, so that the holder of its last token gets `session.reused`. */
const revoke = async ({ userId, sessionId }: Refresh): Promise<void> => {
  await conditional({
    TableName: table("Accounts"),
    Key: Table.sessionKey(userId, sessionId),
    UpdateExpression: "SET revoked = :true",
    ConditionExpression: "attribute_exists(pk)", // a session that was signed out meanwhile must not be created again
    ExpressionAttributeValues: { ":true": true },
  });
};

/** Signs out: the session's refresh token is no longer valid. Signing out twice has the same result. */
export const close = async (principal: { userId: string; sessionId: string }): Promise<void> => {
  const Key = Table.sessionKey(principal.userId, principal.sessionId);
  await send(new DeleteCommand({ TableName: table("Accounts"), Key })); // unconditional, because the item must be absent afterwards in any case
};
