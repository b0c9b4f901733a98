/** Charging points: free if the configuration says so, else by card. */
import * as Declines from "#core/declines/index.ts";
import { GatewayRefused, GatewaySilent } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import { IdempotencyMismatch, invalid, type Problem } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { logger } from "#core/lib/logger.ts";
import { advance } from "./card.ts";
import { maxBalance } from "./decide.ts";
import { watch } from "./follow.ts";
import { read } from "./ledger.ts";
import * as Prepare from "./prepare.ts";
import { BalanceTooHigh, ChargeDeclined, type ChargeForm, ChargePending, type ChargeView } from "./schema.ts";
import * as Steps from "./steps.ts";
import { view } from "./view.ts";
import type * as Table from "./wallet.table.ts";

type Request = {
  userId: string;
  amount: number;
  card?: { token: string } | undefined;
  /** The address that the request comes from; undefined if there is none. */
  viewer?: string | undefined;
  idempotency: { key: string; hash: string };
  now: number;
};

/**
 * Charges points: done, or pending while the gateway or the buyer has something to do. The same key gives the same answer. 422
 * `request.invalid` without a card if one is needed, 402 `wallet.charge_declined`, 409 `wallet.balance_too_high`, 429
 * `card.too_many_declined`, 503 `wallet.charge_pending` if the gateway did not answer before anything was begun.
 */
export const charge = async (request: Request): Promise<ChargeView> => {
  const { userId, amount, card, idempotency, now } = request;
  if (!card && !link("Settings").freeCharges) throw invalid({ path: "card", message: "is missing" });
  const wanted = { chargeId: idOf(idempotency), hash: idempotency.hash, amount };
  const made = await (card ? byCard(payerOf(request), wanted, card.token, now) : free(userId, wanted, now));
  const shown = view(made);
  if (shown.status === "declined") throw refusal(made, shown);
  return shown;
};

/**
 * What the provider's payment window needs before it is opened. Nothing is written. The charge from the window has to be sent with
 * the same key. 409 `wallet.cards_off` if the provider has no such window, `wallet.balance_too_high`; 422
 * `request.idempotency_mismatch` for a key that was used to charge before, 429 `card.too_many_declined`.
 */
export const form = async (request: Omit<Request, "card">): Promise<ChargeForm> => {
  const { userId, amount, idempotency, now } = request;
  const chargeId = idOf(idempotency);
  const opened = Prepare.form(userId, chargeId, amount);
  const [before, { balance }] = await Promise.all([Steps.find(userId, chargeId), read({ userId })]);
  if (before) throw IdempotencyMismatch("This key was used to charge before: send a new key.");
  if (balance + amount > maxBalance) throw tooHigh();
  await Declines.check(payerOf(request), now);
  return opened;
};

const payerOf = ({ userId, viewer }: Pick<Request, "userId" | "viewer">): Declines.Payer => ({
  userId,
  from: viewer === undefined ? undefined : Declines.fromOf(viewer),
});

/** The charge that a request with this key makes. */
const idOf = ({ key }: { key: string }): string => Ids.sha256(key);

type Wanted = Pick<Table.Charge, "chargeId" | "hash" | "amount">;

const free = async (userId: string, wanted: Wanted, now: number): Promise<Table.Charge> => {
  const charge: Table.Charge = { ...wanted, state: "done" };
  return (await Steps.credit(userId, charge, now))?.charge ?? full(userId, charge);
};

const byCard = async (payer: Declines.Payer, wanted: Wanted, token: string, now: number): Promise<Table.Charge> => {
  const charge = await begin(payer, wanted, token, now);
  const isOver = charge.state === "done" || charge.state === "declined";
  return isOver ? charge : advance({ userId: payer.userId, charge, now });
};

/** Writes the charge before the card is asked, or finds the one that this key made. */
const begin = async (payer: Declines.Payer, wanted: Wanted, token: string, now: number): Promise<Table.Charge> => {
  const { userId, from } = payer;
  const charge: Table.Charge = { ...wanted, from, state: "pending", since: now };
  const [before, { balance }] = await Promise.all([Steps.find(userId, charge.chargeId), read({ userId })]);
  if (before) return Steps.same(charge, before);
  if (balance + charge.amount > maxBalance) return full(userId, charge);
  await Declines.reserve(payer, now);
  try {
    const prepared = await prepare(userId, charge, token);
    // The message is sent before the write. So a worker finishes every charge that is written, also if this request fails.
    await watch({ userId, chargeId: charge.chargeId });
    return await Steps.write(userId, { ...charge, ...prepared, token }, now);
  } catch (error) {
    // Nothing was begun. Only a card that was refused is counted as declined; else its reservation is given back.
    await (ChargeDeclined.is(error) ? Declines.declinedAt(from, now) : Declines.giveBack(userId));
    throw error;
  }
};

const prepare = async (userId: string, { chargeId, amount }: Wanted, token: string) => {
  try {
    return await Prepare.prepare(userId, chargeId, amount, token);
  } catch (error) {
    if (!GatewaySilent.is(error) && !GatewayRefused.is(error)) throw error;
    logger.error("wallet", { operation: "charge", chargeId, outcome: "not begun", error: error as Error });
    throw ChargePending();
  }
};

const tooHigh = () => BalanceTooHigh(`A wallet can hold ${maxBalance}. Nothing was charged.`);

/** 409 `wallet.balance_too_high`, unless this same charge has filled the wallet. */
const full = async (userId: string, charge: Table.Charge): Promise<Table.Charge> => {
  const item = await Steps.find(userId, charge.chargeId);
  if (item) return Steps.same(charge, item);
  throw tooHigh();
};

const refusal = ({ refusal, returned, state }: Table.Charge, charge: ChargeView): Problem => {
  const extra = { charge };
  if (returned)
    return ChargeDeclined(
      "The card was charged, but the points could not be credited. The amount was returned to the card.",
      { extra },
    );
  if (state === "returning" && refusal === "unconfirmed")
    return ChargeDeclined(
      "The payment gateway has not confirmed the charge in time. No points are credited; if the card was charged, the amount is returned.",
      { extra },
    );
  if (refusal === "full") return BalanceTooHigh(`A wallet can hold ${maxBalance}. Nothing was charged.`, { extra });
  return ChargeDeclined("The card payment did not go through; nothing was charged.", { extra });
};
