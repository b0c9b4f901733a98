/**
 * Charging by card: the charge is written before the gateway is asked; then authorise, capture, credit. A crash at any step is
 * resumed from what the charge and the gateway say, and every step at the gateway has a key of its own.
 */
import * as Declines from "#core/declines/index.ts";
import {
  configured,
  type GatewayPayment,
  GatewayRefused,
  isRefundRefused,
  type PaymentProvider,
  provider,
  undo,
} from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import { decide, refusalOf } from "./decide.ts";
import { CURRENCY, read } from "./ledger.ts";
import { CardsOff, ChargeDeclined, ChargePending } from "./schema.ts";
import * as Steps from "./steps.ts";
import type { Charge } from "./wallet.table.ts";

/** What a charge is called at the gateway. */
const referenceOf = (userId: string, chargeId: string) => `${userId}.wallet.${chargeId}`;

const gatewayOf = ({ provider: name = "sandbox" }: Charge): PaymentProvider => provider(name);

/** A payment at the configured gateway that takes nothing yet: its id is written with the charge before the card is asked. */
export const prepare = async (
  userId: string,
  chargeId: string,
  amount: number,
  token: string,
): Promise<Pick<Charge, "provider" | "paymentId">> => {
  const gateway = configured();
  if (!gateway) throw CardsOff();
  const reference = referenceOf(userId, chargeId);
  const asked = { reference, amount, currency: CURRENCY, token, key: reference };
  const payment = await gateway.prepare(asked).catch((error) => {
    if (GatewayRefused.is(error)) return undefined;
    throw error;
  });
  if (payment?.reference !== reference)
    throw ChargeDeclined("The card's token is not this charge's; nothing was charged.");
  return { provider: gateway.name, paymentId: payment.paymentId };
};

/** The charge's payment at the gateway. */
export const lookUp = async (charge: Charge): Promise<GatewayPayment | undefined> =>
  charge.paymentId === undefined ? undefined : gatewayOf(charge).get(charge.paymentId);

type Case = { userId: string; charge: Charge; payment: GatewayPayment | undefined; now: number };

/** Brings a charge as far as the gateway lets it, and answers it as it is then. 503 `wallet.charge_pending` where the gateway refuses. */
export const advance = async (known: Case): Promise<Charge> => {
  const { userId, charge, payment, now } = known;
  const balance = charge.state === "pending" ? (await read({ userId })).balance : 0;
  const step = decide(charge, payment, balance);
  if (!payment || step === "wait" || step === "none") return charge;
  if (payment.reference !== referenceOf(userId, charge.chargeId)) {
    logger.error("wallet", { operation: "charge", reference: payment.reference, outcome: "reference differs" });
    return charge; // it may be somebody's paid order
  }
  const { paymentId, reference, amount } = payment;
  const gateway = gatewayOf(charge);
  const onward = (change: Partial<Case>) => advance({ ...known, ...change });
  const written = (next: Charge) => Steps.write(userId, { ...next, paymentId }, now, charge.state);
  switch (step) {
    case "authorise": {
      const key = `${referenceOf(userId, charge.chargeId)}:authorise:${now}`;
      const returnUrl = `${link("Settings").publicUrl}/wallet`;
      const token = charge.token ?? "";
      const asked = { paymentId, reference, amount, token, returnUrl, key };
      return onward({ payment: await moved(gateway, payment, () => gateway.authorise(asked)) });
    }
    case "capture": {
      const key = `${referenceOf(userId, charge.chargeId)}:capture`;
      return onward({ payment: await moved(gateway, payment, () => gateway.capture({ paymentId, key })) });
    }
    case "credit": {
      const credited = await Steps.credit(userId, { ...charge, state: "done", paymentId }, now, "pending");
      if (credited) await Declines.giveBack(userId);
      return onward({ charge: credited ?? charge }); // null: another charge has filled the wallet meanwhile
    }
    case "giveUp": // written first: what is given back is credited by nobody who looked before
      return onward({
        charge: await written({ ...charge, state: "returning", refusal: refusalOf(charge, payment, balance) }),
      });
    case "giveBack": {
      const after = await undo(gateway, payment);
      if (isRefundRefused(after)) count("RefundRefused");
      return onward({ payment: await moved(gateway, payment, async () => after) });
    }
    case "decline":
      return written({ ...charge, state: "declined", returned: payment.refunded > 0 });
    case "finish":
      if (payment.status !== "captured")
        logger.error("wallet", { operation: "charge", paymentId, outcome: "credited, not taken" });
      return written({ ...charge, state: "done" });
  }
};

/**
 * The payment after a change at the gateway; where the gateway refuses the change, the payment as it is now. 503
 * `wallet.charge_pending` if that is as it was: nothing final is known.
 */
const moved = async (
  gateway: PaymentProvider,
  payment: GatewayPayment,
  change: () => Promise<GatewayPayment>,
): Promise<GatewayPayment> => {
  const after = await change().catch((error) => {
    if (GatewayRefused.is(error)) return gateway.get(payment.paymentId);
    throw error;
  });
  if (after.status === payment.status) throw ChargePending();
  return after;
};
