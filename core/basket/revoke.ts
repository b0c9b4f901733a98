/** Admissions and places are revoked when their user leaves or pays. The basket has the time of it, because it is kept if Redis is lost. */
import { getOne } from "#core/lib/dynamo.ts";
import { type Basket, basketKey, toBasket } from "./basket.table.ts";
import { revokedUntilOf } from "./limits.ts";
import { type Owner, raise } from "./raise.ts";

/** The basket as last written. */
export const read = async ({ userId, eventId }: Owner): Promise<Basket> =>
  toBasket(await getOne("Orders", basketKey(userId, eventId)));

/** Revokes every admission issued until `now` (epoch ms): no new hold begins with one. An open order can still be paid. */
export const revokeAdmissions = ({ now, ...owner }: Owner & { now: number }): Promise<void> =>
  raise(owner, "notBefore", now);

/** Admissions and places issued until then (epoch ms) are revoked, because their user has paid or left since; 0 if they never did. */
export const revokedUntil = async (owner: Owner): Promise<number> => revokedUntilOf(await read(owner));
