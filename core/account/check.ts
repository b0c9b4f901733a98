/**
 * What an access token alone does not allow. A token is valid until it expires, also after its session has ended. The routes that move money,
 * roles, credentials or personal data therefore read the session, and organisers' routes read the memberships too. Joining, claiming,
 * holding and paying read nothing.
 */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { db, table } from "#core/lib/dynamo.ts";
import { Forbidden } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import type * as Organisation from "#core/organisation/schema.ts";
import * as Table from "./account.table.ts";
import * as Membership from "./membership.ts";
import { type Principal, SessionEnded, SessionNotRecent } from "./schema.ts";

/** ms after its sign-in in which a session is recent. */
const recentMs = 10 * 60_000;

/**
 * 401 `session.ended`, 403 `session.not_recent`, or 403 `request.forbidden` for an organiser's route if the account is in no organisation.
 * Answers an organiser's memberships. They are read in each request, so that a removal takes effect at once.
 */
export const check = async (
  user: Principal,
  needs: { organiser: boolean; recent: boolean },
  now: number,
): Promise<Organisation.Membership[]> => {
  const [open, memberships] = await Promise.all([isOpen(user, now), needs.organiser ? Membership.of(user.userId) : []]);
  if (!open) throw SessionEnded();
  if (needs.organiser && !Membership.isOrganiser(memberships))
    throw Forbidden("Only members of an organisation may do this.");
  if (needs.recent && !isRecent(user, now)) throw SessionNotRecent();
  return memberships;
};

/** Whether the session began with a sign-in at most ten minutes ago, by the time in its id. */
export const isRecent = ({ sessionId }: Principal, now: number): boolean => Ids.madeAt(sessionId) >= now - recentMs;

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
