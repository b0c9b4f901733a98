/** Charging points: for nothing where the configuration says so, else by card. */
import * as Declines from "#core/declines/index.ts";
import { GatewayRefused, GatewaySilent } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import { invalid } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { logger } from "#core/lib/logger.ts";
import * as Card from "./card.ts";
import { maxBalance } from "./decide.ts";
import { read } from "./ledger.ts";
import { BalanceTooHigh, ChargeDeclined, type Charged, ChargePending } from "./schema.ts";
import * as Steps from "./steps.ts";
import * as Table from "./wallet.table.ts";

/** After so long a worker looks whether a charge was finished. */
const resumeAfterSeconds = 60;

type Request = {
  userId: string;
  amount: number;
  card?: { token: string } | undefined;
  /** The address that it comes from, where somebody asks from one. */
  viewer?: string | undefined;
  idempotency: { key: string; hash: string };
  now: number;
};

/**
 * Charges points. The same key gives the same answer. 422 `request.invalid` without a card where one is needed, 402
 * `wallet.charge_declined`, 409 `wallet.balance_too_high`, 429 `card.too_many_declined`, 503 `wallet.charge_pending` while the gateway has not finished it.
 */
export const charge = async (request: Request): Promise<Charged> => {
  const { userId, amount, card, viewer, idempotency, now } = request;
  const payer = { userId, from: viewer === undefined ? undefined : Declines.fromOf(viewer) };
  if (!card && !link("Settings").freeCharges) throw invalid({ path: "card", message: "is missing" });
  const wanted = { chargeId: Ids.sha256(idempotency.key), hash: idempotency.hash, amount };
  const made = await (card ? byCard(payer, wanted, card.token, now) : free(userId, wanted, now));
  if (made.state === "declined") throw refusal(made);
  if (!made.entry) throw ChargePending();
  return { balance: made.entry.balance, entry: made.entry };
};

type Wanted = Pick<Table.Charge, "chargeId" | "hash" | "amount">;

const free = async (userId: string, wanted: Wanted, now: number): Promise<Table.Charge> => {
  const charge: Table.Charge = { ...wanted, state: "done" };
  return (await Steps.credit(userId, charge, now)) ?? full(userId, charge);
};

const byCard = async (payer: Declines.Payer, wanted: Wanted, token: string, now: number): Promise<Table.Charge> => {
  const { userId } = payer;
  try {
    const charge = await begin(payer, wanted, token, now);
    if (charge.state !== "pending" && charge.state !== "returning") return charge;
    const { send } = await import("#core/lib/sqs.ts");
    await send("SettleQueue", { kind: "charge", userId, chargeId: charge.chargeId }, resumeAfterSeconds);
    const payment = await Card.lookUp(charge);
    const after = await Card.advance({ userId, charge, payment, now });
    if (after.state === "declined") await Declines.declinedAt(payer.from, now);
    return after;
  } catch (error) {
    if (!GatewaySilent.is(error) && !GatewayRefused.is(error)) throw error;
    logger.error("wallet", { operation: "charge", outcome: "pending", error: error as Error });
    throw ChargePending();
  }
};

/** Writes the charge down before anybody is asked for money, or finds the one that this key made. */
const begin = async (payer: Declines.Payer, wanted: Wanted, token: string, now: number): Promise<Table.Charge> => {
  const { userId } = payer;
  const charge: Table.Charge = { ...wanted, state: "pending" };
  const [before, { balance }] = await Promise.all([Steps.find(userId, charge.chargeId), read({ userId })]);
  if (before) return Steps.same(charge, before);
  if (balance + charge.amount > maxBalance) return full(userId, charge);
  await Declines.reserve(payer, now);
  const prepared = await Card.prepare(userId, charge.chargeId, charge.amount, token);
  return Steps.write(userId, { ...charge, ...prepared, token }, now);
};

/** 409 `wallet.balance_too_high`, unless it is this very charge that has filled the wallet. */
const full = async (userId: string, charge: Table.Charge): Promise<Table.Charge> => {
  const item = await Steps.find(userId, charge.chargeId);
  if (item) return Steps.same(charge, item);
  throw BalanceTooHigh(`A wallet can hold ${maxBalance}. Nothing was charged.`);
};

const refusal = ({ refusal, returned }: Table.Charge) => {
  if (returned)
    return ChargeDeclined(
      "The card was charged, but the points could not be credited. The amount was returned to the card.",
    );
  if (refusal === "full") return BalanceTooHigh(`A wallet can hold ${maxBalance}. Nothing was charged.`);
  return ChargeDeclined("The card payment did not go through; nothing was charged.");
};

/** Whether this charge was ever begun, as far as the table says. */
export const hasCharge = async ({ userId, chargeId }: { userId: string; chargeId: string }): Promise<boolean> =>
  (await Steps.find(userId, chargeId)) !== undefined;

/**
 * Finishes what is unfinished of a charge: for the worker, some time after the request, or when its webhook arrives. Throws where
 * it has to be tried again: while the gateway has the payment and has not decided on it, too.
 */
export const resume = async (args: { userId: string; chargeId: string; now: number }): Promise<void> => {
  const { userId, chargeId, now } = args;
  const item = await Steps.find(userId, chargeId);
  const charge = item && Table.toCharge(item);
  if (!charge || charge.state === "done" || charge.state === "declined") return;
  const payment = await Card.lookUp(charge);
  if (payment?.status === "prepared") return; // no card is asked without its buyer, whose request with the same key goes on
  const { state } = await Card.advance({ userId, charge, payment, now });
  if (payment && state === "pending") throw ChargePending();
};
