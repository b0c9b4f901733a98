/**
 * The ways out of a wallet: back to the cards that charged it, or given up. The debit and the refund's name are written in one transaction
 * before a gateway is asked; the worker then makes the refund (card.ts), as it finishes a charge.
 */
import { paginateQuery } from "@aws-sdk/lib-dynamodb";
import { type GatewayPayment, GatewayRefused, GatewaySilent, provider } from "#core/gateway/index.ts";
import { contend, db, table, transact } from "#core/lib/dynamo.ts";
import { Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { logger } from "#core/lib/logger.ts";
import { watch } from "./follow.ts";
import { read } from "./ledger.ts";
import { referenceOf } from "./prepare.ts";
import type { Payback } from "./schema.ts";
import * as Steps from "./steps.ts";
import * as Table from "./wallet.table.ts";

/** Gateways' answers that one request waits for. Who has charged more often sends it again. */
const maxAsked = 3;

/**
 * Pays the balance back, the newest charge first, at most what its card was charged and not refunded. Sent again, it goes on with what is
 * left. 503 `unavailable` if the gateway does not answer and nothing was begun.
 */
export const payback = async ({ userId, now }: { userId: string; now: number }): Promise<Payback> => {
  let [amount, asked] = [0, 0];
  for (const charge of await byCard(userId)) {
    if (asked === maxAsked || (await read({ userId })).balance === 0) break;
    asked++;
    const left = await refundable(userId, charge);
    if (left === "silent" && amount === 0) throw Unavailable();
    if (left === "silent") break;
    if (left.amount > 0) amount += await begin({ userId, charge, left, now });
  }
  return { amount, balance: (await read({ userId })).balance };
};

/** The charges that a card has paid and that may go back, the newest first. */
const byCard = async (userId: string): Promise<Table.Charge[]> => {
  const { pk, sk } = Table.chargeKey(userId, "");
  const all = {
    TableName: table("Accounts"),
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :charges)",
    ExpressionAttributeValues: { ":pk": pk, ":charges": sk },
    ConsistentRead: true,
  };
  const charges: Table.Charge[] = [];
  for await (const { Items = [] } of paginateQuery({ client: db() }, all)) charges.push(...Items.map(Table.toCharge));
  return charges
    .filter((charge) => charge.state === "done" && Table.isByCard(charge))
    .filter(({ payback, paidBack = 0, amount }) => !payback?.refused && paidBack < amount)
    .sort((a, b) => (b.since ?? 0) - (a.since ?? 0));
};

type Left = { amount: number; base: number };

/** What its gateway can still refund of it. A disputed payment is left to the bank: a refund beside the dispute would cost it twice. */
const refundable = async (userId: string, charge: Table.Charge): Promise<Left | "silent"> => {
  const { chargeId, paymentId = "" } = charge;
  const gateway = provider(charge.provider);
  try {
    const [payment, disputed] = await Promise.all([gateway.get(paymentId), gateway.disputed(paymentId)]);
    const isOurs = payment.reference === referenceOf(userId, chargeId);
    return { amount: isOurs && !disputed ? leftOf(payment) : 0, base: payment.refunded + (payment.returning ?? 0) };
  } catch (error) {
    if (!GatewaySilent.is(error) && !GatewayRefused.is(error)) throw error;
    logger.error("wallet", { operation: "payback", chargeId, outcome: "not begun", error: error as Error });
    return "silent";
  }
};

const leftOf = ({ status, amount, refunded, returning = 0 }: GatewayPayment): number =>
  status === "captured" || status === "partially_refunded" ? amount - refunded - returning : 0;

/** Debits the wallet and writes the refund. Answers the amount; 0 if another request was first, or nothing is left. */
const begin = (args: { userId: string; charge: Table.Charge; left: Left; now: number }): Promise<number> => {
  const { userId, charge, left, now } = args;
  const { chargeId } = charge;
  return contend(async () => {
    const [item, { balance }] = await Promise.all([Steps.find(userId, chargeId), read({ userId })]);
    const current = item && Table.toCharge(item);
    // another refund of this charge has begun since the gateway was asked
    if (current?.state !== "done" || current.payback?.id !== charge.payback?.id) return 0;
    const amount = Math.min(balance, left.amount);
    if (amount === 0) return 0;
    // The message is sent before the write. So a worker makes every refund that is written, also if this request fails.
    await watch({ userId, chargeId });
    const refund = { id: Ids.make("rf", now), amount, base: left.base };
    const refusals = await transact([
      Table.beginPayback(userId, current, refund),
      ...Table.move({ userId, kind: "payback", amount: -amount, from: balance, now }),
    ]);
    return refusals ? undefined : amount;
  }, Unavailable);
};

/** Gives the whole balance up. False if there is none: repeating it changes nothing more. */
export const forfeit = ({ userId, now }: { userId: string; now: number }): Promise<boolean> =>
  contend(async () => {
    const { balance } = await read({ userId });
    if (balance === 0) return false;
    const refusals = await transact(Table.move({ userId, kind: "forfeit", amount: -balance, from: balance, now }));
    return refusals ? undefined : true;
  }, Unavailable);
