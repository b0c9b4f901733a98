/** Admissions and places are revoked when their user leaves or pays. The basket has the time of it, because it is kept if Redis is lost. */
import { conditional, getOne, table } from "#core/lib/dynamo.ts";
import { type Basket, basketKey, toBasket } from "./basket.table.ts";
import { revokedUntilOf } from "./limits.ts";

type Owner = { userId: string; eventId: string };

/** The basket as last written. */
export const read = async ({ userId, eventId }: Owner): Promise<Basket> =>
  toBasket(await getOne("Orders", basketKey(userId, eventId)));

/** Revokes every admission issued until `now` (epoch ms): no new hold begins with one. An open order can still be paid. */
export const revokeAdmissions = async ({ userId, eventId, now }: Owner & { now: number }): Promise<void> => {
  await conditional({
    TableName: table("Orders"),
    Key: basketKey(userId, eventId),
    UpdateExpression: "SET notBefore = :now",
    // A call that comes late, or again, never undoes a later revocation.
    ConditionExpression: "attribute_not_exists(notBefore) OR notBefore < :now",
    ExpressionAttributeValues: { ":now": now },
  });
};

/** Admissions and places issued until then (epoch ms) are revoked, because their user has paid or left since; 0 if they never did. */
export const revokedUntil = async (owner: Owner): Promise<number> => revokedUntilOf(await read(owner));
