/**
 * What an access token alone does not allow. A token is valid until it expires, also after its session has ended. The routes that move money,
 * roles, credentials or personal data therefore read the session, and organisers' routes read the memberships too. Joining, claiming,
 * holding and paying read nothing.
 */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { db, table } from "#core/lib/dynamo.ts";
import { Forbidden } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { memo } from "#core/lib/memo.ts";
import * as Table from "./account.table.ts";
import * as Membership from "./membership.ts";
import { type Principal, SessionEnded, SessionNotRecent } from "./schema.ts";

/** ms for which an organiser's check is kept, so that a desk's polls read nothing. A role that was withdrawn is valid for as long. */
const keptMs = 30_000;
/** ms after its sign-in in which a session is recent. */
const recentMs = 10 * 60_000;

type Checked = { isOpen: boolean; isOrganiser: boolean };
const organisers = memo<Checked>(1_000);

/** 401 `session.ended`, 403 `session.not_recent`, or 403 `request.forbidden` for an account that is not an organiser's. */
export const check = async (
  user: Principal,
  needs: { organiser: boolean; recent: boolean },
  now: number,
): Promise<void> => {
  if (needs.organiser) {
    const key = `${user.userId} ${user.sessionId}`;
    const { isOpen, isOrganiser } = await organisers.get(key, { now, maxAge: keptMs }, () => asOrganiser(user, now));
    if (!isOpen) throw SessionEnded();
    if (!isOrganiser) throw Forbidden("Only organisers may do this.");
  } else if (!(await isOpen(user, now))) throw SessionEnded();
  if (needs.recent && !isRecent(user, now)) throw SessionNotRecent();
};

/** Whether the session began with a sign-in at most ten minutes ago, by the time in its id. */
export const isRecent = ({ sessionId }: Principal, now: number): boolean => Ids.madeAt(sessionId) >= now - recentMs;

const asOrganiser = async (user: Principal, now: number): Promise<Checked> => {
  const [open, memberships] = await Promise.all([isOpen(user, now), Membership.of(user.userId)]);
  return { isOpen: open, isOrganiser: Membership.isOrganiser(memberships) };
};

/** Only these attributes are read, because the IAM roles of services that move money may read no more of these items. */
const isOpen = async ({ userId, sessionId }: Principal, now: number): Promise<boolean> => {
  const { Item } = await db().send(
    new GetCommand({
      TableName: table("Accounts"),
      Key: Table.sessionKey(userId, sessionId),
      ConsistentRead: true,
      ProjectionExpression: "#until, revoked, unproven",
      ExpressionAttributeNames: { "#until": "until" },
    }),
  );
  return Table.isOpen(Item, now);
};
