/**
 * Charging points: for nothing where the configuration says so, else by card.
 *
 * By card the charge is written before the gateway is asked, and a message is sent that finishes what a crash left: authorise,
 * credit, capture. What was never credited is never captured, so an unknown outcome costs nobody anything.
 */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { type GatewayPayment, GatewaySilent, provider } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import { db, failed, type Item, table, transact } from "#core/lib/dynamo.ts";
import { IdempotencyMismatch, invalid, Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { CURRENCY, read } from "./ledger.ts";
import { BalanceTooHigh, ChargeDeclined, type Charged, ChargePending } from "./schema.ts";
import * as Table from "./wallet.table.ts";

/** The most that a wallet may hold after a charge. */
const MOST = 1_000_000_000;
/** Seconds after which a worker looks whether a charge was finished. */
const LATER = 60;
/** How often a change starts again because another one was faster. */
const TRIES = 8;

type Request = {
  userId: string;
  amount: number;
  card?: { token: string } | undefined;
  idempotency: { key: string; hash: string };
  now: number;
};

/**
 * Charges points. The same key gives the same answer. 422 `request.invalid` without a card where one is needed, 402
 * `wallet.charge_declined`, 409 `wallet.balance_too_high`, 503 `wallet.charge_pending` while the gateway has not answered.
 */
export const charge = async (request: Request): Promise<Charged> => {
  const { userId, amount, card, idempotency, now } = request;
  if (!card && !link("Settings").freeCharges) throw invalid({ path: "card", message: "is missing" });
  const wanted = { chargeId: Ids.sha256(idempotency.key), hash: idempotency.hash, amount };
  const made = card
    ? await byCard(userId, wanted, card.token, now)
    : await credit(userId, { ...wanted, state: "done" }, now);
  if (made.state === "declined") throw ChargeDeclined();
  if (!made.entry) throw ChargePending();
  return { balance: made.entry.balance, entry: made.entry };
};

type Wanted = Pick<Table.Charge, "chargeId" | "hash" | "amount">;

/** What a charge is called at the gateway. */
const referenceOf = (userId: string, chargeId: string) => `${userId}.wallet.${chargeId}`;

const byCard = async (userId: string, wanted: Wanted, token: string, now: number): Promise<Table.Charge> => {
  const begun = await begin(userId, { ...wanted, state: "pending" }, now);
  if (begun.state !== "pending") return begun;
  const { chargeId, amount } = begun;
  const { send } = await import("#core/lib/sqs.ts");
  await send("SettleQueue", { kind: "charge", userId, chargeId }, LATER);
  const reference = referenceOf(userId, chargeId);
  try {
    const payment = await provider().authorise({ reference, amount, currency: CURRENCY, token, key: reference });
    return await conclude(userId, begun, payment, now);
  } catch (error) {
    throw GatewaySilent.is(error) ? ChargePending() : error;
  }
};

/** Writes the charge down before anybody is asked for money, or finds the one that this key made. */
const begin = async (userId: string, charge: Table.Charge, now: number): Promise<Table.Charge> => {
  const { balance } = await read({ userId });
  if (balance + charge.amount > MOST) return full(userId, charge);
  const refusals = await transact([Table.putCharge(userId, charge, now)]);
  return refusals ? same(charge, refusals[0]?.item) : charge;
};

/** The charge that this key made, if it was the same request. 422 `request.idempotency_mismatch`. */
const same = (charge: Table.Charge, item: Item | undefined): Table.Charge => {
  if (!item) throw Unavailable(); // conflicts only: nothing is known
  const before = Table.toCharge(item);
  if (before.hash !== charge.hash) throw IdempotencyMismatch();
  return before;
};

const find = async (userId: string, chargeId: string): Promise<Item | undefined> => {
  const Key = Table.chargeKey(userId, chargeId);
  return (await db().send(new GetCommand({ TableName: table("Accounts"), Key, ConsistentRead: true }))).Item;
};

/** 409 `wallet.balance_too_high`, unless it is this very charge that has filled the wallet. */
const full = async (userId: string, charge: Table.Charge): Promise<Table.Charge> => {
  const item = await find(userId, charge.chargeId);
  if (item) return same(charge, item);
  throw BalanceTooHigh(`A wallet can hold ${MOST}.`);
};

/** Points in, with the charge's own step: one without the other is never seen. `from` is the step before, if there was one. */
const credit = async (
  userId: string,
  charge: Table.Charge,
  now: number,
  from?: Table.Charge["state"],
): Promise<Table.Charge> => {
  for (let tries = 0; tries < TRIES; tries++) {
    const { balance } = await read({ userId });
    if (balance + charge.amount > MOST) return full(userId, charge);
    const change = {
      userId,
      entryId: Ids.make("ent", now),
      kind: "charge",
      amount: charge.amount,
      from: balance,
      now,
    } as const;
    const credited = { ...charge, entry: Table.entryOf(change) };
    const refusals = await transact([Table.putCharge(userId, credited, now, from), ...Table.move(change)]);
    if (!refusals) return credited;
    if (failed(refusals, 0)) return same(charge, refusals[0]?.item);
  }
  throw Unavailable(); // the balance changed each time; nothing was written
};

/** What becomes of a pending charge once the gateway has spoken. */
const conclude = async (userId: string, charge: Table.Charge, payment: GatewayPayment, now: number) => {
  const { status, paymentId } = payment;
  if (status === "pending") return charge;
  if (status !== "authorised" && status !== "captured") return decline(userId, charge, now);
  const credited = await credit(userId, { ...charge, state: "credited", paymentId }, now, "pending").catch((error) => {
    if (BalanceTooHigh.is(error)) return undefined;
    throw error;
  });
  if (credited?.state === "credited") return take(userId, credited, now);
  if (credited && credited.state !== "pending") return credited;
  // filled by another charge meanwhile: the card is let go of first, for a declined charge is never looked at again
  await provider().void({ paymentId, key: `${payment.reference}:void` });
  return decline(userId, charge, now);
};

const decline = async (userId: string, charge: Table.Charge, now: number): Promise<Table.Charge> => {
  const declined: Table.Charge = { ...charge, state: "declined" };
  const refusals = await transact([Table.putCharge(userId, declined, now, "pending")]);
  return refusals ? same(charge, refusals[0]?.item) : declined;
};

/** The credited charge's money is taken: with its key, however often. */
const take = async (userId: string, charge: Table.Charge, now: number): Promise<Table.Charge> => {
  const { chargeId, paymentId = "" } = charge;
  await provider().capture({ paymentId, key: `${referenceOf(userId, chargeId)}:capture` });
  const done: Table.Charge = { ...charge, state: "done" };
  await transact([Table.putCharge(userId, done, now, "credited")]); // refused: somebody else has written it
  return done;
};

/** Whether this charge was ever begun, as far as the table says. */
export const hasCharge = async ({ userId, chargeId }: { userId: string; chargeId: string }): Promise<boolean> =>
  (await find(userId, chargeId)) !== undefined;

/** Finishes what is unfinished of a charge: for the worker, some time after the request, or when the gateway speaks up. */
export const resume = async (args: { userId: string; chargeId: string; now: number }): Promise<void> => {
  const { userId, chargeId, now } = args;
  const item = await find(userId, chargeId);
  const charge = item && Table.toCharge(item);
  if (charge?.state === "credited") await take(userId, charge, now);
  if (charge?.state !== "pending") return;
  const [payment] = await provider().find(referenceOf(userId, chargeId));
  if (payment) await conclude(userId, charge, payment, now);
};
