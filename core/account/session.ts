/**
 * Sessions. An access token is signed and short-lived; a refresh token is opaque, used once, and kept as hashes only.
 *
 * A refresh token is `<userId>.<sessionId>.<family><current>`: two secrets, of which the first stays for the session's life and the
 * second changes at each refresh. The right family with a wrong current proves a token that was spent, thus stolen once or used
 * twice: the session is revoked. A wrong family proves nothing and changes nothing.
 */
import { timingSafeEqual } from "node:crypto";
import { DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { conditional, refused, send, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { sign } from "#core/lib/tokens.ts";
import * as Table from "./account.table.ts";
import { type Me, type Session, SessionInvalid, SessionReused } from "./schema.ts";

/** How long an access token opens doors; signing out ends the session, not the token that is out already. */
const ACCESS = 30 * 60_000;
/** How long a session lasts from its sign-in, however often it is refreshed. */
const LIFE = 30 * 86_400_000;

const secret = () => Ids.random(24).toString("base64url"); // 32 characters
const TOKEN = new RegExp(`^(usr_${Ids.ULID})\\.(ses_${Ids.ULID})\\.([\\w-]{32})([\\w-]{32})$`);

type Refresh = { userId: string; sessionId: string; family: string; current: string };
const write = (token: Refresh) => `${token.userId}.${token.sessionId}.${token.family}${token.current}`;
const read = (text: string): Refresh => {
  const [, userId, sessionId, family, current] = TOKEN.exec(text) ?? [];
  if (!userId || !sessionId || !family || !current) throw SessionInvalid();
  return { userId, sessionId, family, current };
};

const answer = (me: Me, token: Refresh, now: number): Session => ({
  accessToken: sign("access", { sub: me.userId, sid: token.sessionId, roles: me.roles }, now + ACCESS),
  refreshToken: write(token),
  expiresIn: ACCESS / 1000,
  tokenType: "Bearer",
});

/** A new session of an account whose password was just right. */
export const open = async (me: Me, now: number): Promise<Session> => {
  const token = { userId: me.userId, sessionId: Ids.make("ses", now), family: secret(), current: secret() };
  const Item = Table.sessionItem(me.userId, token.sessionId, {
    family: Ids.sha256(token.family),
    current: Ids.sha256(token.current),
    until: now + LIFE,
  });
  await send(
    new PutCommand({
      TableName: table("Accounts"),
      Item,
      // a request that the client sends again, because its answer was lost, finds what it wrote itself
      ConditionExpression: "attribute_not_exists(pk) OR #current = :current",
      ExpressionAttributeNames: { "#current": "current" },
      ExpressionAttributeValues: { ":current": Item.current },
    }),
  );
  return answer(me, token, now);
};

/**
 * Spends a refresh token for a new pair; `profile` reads the account as it is now, so that a role withdrawn is gone from the next
 * access token. 401 `session.invalid` or `session.reused`.
 */
export const refresh = async (
  text: string,
  profile: (userId: string) => Promise<Me | undefined>,
  now: number,
): Promise<Session> => {
  const token = read(text);
  const next = { ...token, current: secret() };
  const spent = await rotate(token, next, now);
  if (spent) throw await refusal(token, spent.session, now);
  const me = await profile(token.userId);
  if (!me) throw SessionInvalid();
  return answer(me, next, now);
};

/** Of two that spend the same token at once, the condition lets one through. */
const rotate = async (token: Refresh, next: Refresh, now: number) => {
  const failed = await refused(
    new UpdateCommand({
      TableName: table("Accounts"),
      Key: Table.sessionKey(token.userId, token.sessionId),
      UpdateExpression: "SET #current = :next",
      ConditionExpression:
        "#family = :family AND #current = :current AND #until > :now AND attribute_not_exists(revoked)",
      ExpressionAttributeNames: { "#family": "family", "#current": "current", "#until": "until" },
      ExpressionAttributeValues: {
        ":family": Ids.sha256(token.family),
        ":current": Ids.sha256(token.current),
        ":next": Ids.sha256(next.current),
        ":now": now,
      },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    }),
  );
  if (!failed) return undefined;
  const session = failed.item && Table.toSession(failed.item);
  // nobody else knows what comes next: it stands there since this very request, whose first answer was lost
  return session?.current === Ids.sha256(next.current) ? undefined : { session };
};

const refusal = async (token: Refresh, session: Table.SessionItem | undefined, now: number) => {
  if (!session || session.until <= now) return SessionInvalid();
  const own = timingSafeEqual(Buffer.from(session.family), Buffer.from(Ids.sha256(token.family)));
  if (!own) return SessionInvalid();
  if (!session.revoked) await revoke(token);
  return SessionReused();
};

/** The mark stays until the session's end, so that whoever holds its last token learns why it is dead. */
const revoke = async ({ userId, sessionId }: Refresh): Promise<void> => {
  await conditional({
    TableName: table("Accounts"),
    Key: Table.sessionKey(userId, sessionId),
    UpdateExpression: "SET revoked = :true",
    ConditionExpression: "attribute_exists(pk)", // signed out meanwhile: nothing to revoke, and nothing to bring back
    ExpressionAttributeValues: { ":true": true },
  });
};

/** Signs out: the session's refresh token is dead. Signing out twice is signing out. */
export const close = async (principal: { userId: string; sessionId: string }): Promise<void> => {
  const Key = Table.sessionKey(principal.userId, principal.sessionId);
  await send(new DeleteCommand({ TableName: table("Accounts"), Key })); // unconditional: its absence is what is wanted
};
