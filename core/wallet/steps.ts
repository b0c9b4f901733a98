/** The writes of a charge. Each has the state before it as its condition, so of several callers one makes it. */
import { contend, failed, getOne, type Item, type TransactItem, transact } from "#core/lib/dynamo.ts";
import { IdempotencyMismatch, Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { maxBalance } from "./decide.ts";
import { read } from "./ledger.ts";
import * as Table from "./wallet.table.ts";

type State = Table.Charge["state"];

/**
 * Writes a charge that is not written yet, or that is still in state `from`. Answers the charge as it is: another request or the
 * worker may have been first. 422 `request.idempotency_mismatch`.
 */
export const write = (userId: string, charge: Table.Charge, now: number, from?: State): Promise<Table.Charge> =>
  contend(() => attempt(userId, charge, now, from), Unavailable);

/** A charge after its points were credited. `isOurs`: this call has credited them. */
type Credited = { charge: Table.Charge; isOurs: boolean };

/** Credits the points and writes the charge in one transaction. Null if the wallet cannot hold the points. */
export const credit = (userId: string, charge: Table.Charge, now: number, from?: State): Promise<Credited | null> =>
  contend(async () => {
    const { balance } = await read({ userId });
    if (balance + charge.amount > maxBalance) return null;
    const { amount } = charge;
    const change = { userId, kind: "charge", amount, from: balance, now } as const;
    const entryId = Ids.make("ent", now);
    const made = { ...charge, entry: Table.entryOf(change, entryId) };
    const after = await attempt(userId, made, now, from, Table.move(change, entryId));
    return after && { charge: after, isOurs: after === made };
  }, Unavailable);

/** Credits the points of a refund that the gateway refuses again, and writes the charge in the same transaction. */
export const keep = (userId: string, charge: Table.Charge, now: number): Promise<Credited> =>
  contend(async () => {
    const { balance } = await read({ userId });
    const payback = charge.payback && { ...charge.payback, refused: true as const };
    const made: Table.Charge = { ...charge, state: "done", payback };
    const change = { userId, kind: "payback", amount: payback?.amount ?? 0, from: balance, now } as const;
    const after = await attempt(userId, made, now, "paying_back", Table.move(change));
    return after && { charge: after, isOurs: after === made };
  }, Unavailable);

/** Undefined if the balance changed meanwhile, or if a conflict proves nothing. */
const attempt = async (
  userId: string,
  charge: Table.Charge,
  now: number,
  from: State | undefined,
  more: TransactItem[] = [],
): Promise<Table.Charge | undefined> => {
  const refusals = await transact([Table.putCharge(userId, charge, now, from), ...more]);
  if (!refusals) return charge;
  return failed(refusals, 0) ? same(charge, refusals[0]?.item) : undefined;
};

/** The charge that this key made, if it was the same request. 422 `request.idempotency_mismatch`. */
export const same = (charge: Table.Charge, item: Item | undefined): Table.Charge => {
  if (!item) throw Unavailable(); // it existed a moment ago
  const before = Table.toCharge(item);
  if (before.hash !== charge.hash) throw IdempotencyMismatch();
  return before;
};

export const find = (userId: string, chargeId: string): Promise<Item | undefined> =>
  getOne("Accounts", Table.chargeKey(userId, chargeId));
