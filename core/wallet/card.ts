/**
 * Charging by card: the charge is written before the gateway is asked; then authorise, capture, credit. A crash at any step is
 * resumed from what the charge and the gateway say, and every step at the gateway has a key of its own.
 */
import * as Gateway from "#core/gateway/index.ts";
import { type GatewayPayment, GatewayRefused, provider, undo } from "#core/gateway/index.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import { decide, refusalOf } from "./decide.ts";
import { CURRENCY, read } from "./ledger.ts";
import { ChargePending } from "./schema.ts";
import * as Steps from "./steps.ts";
import type { Charge } from "./wallet.table.ts";

/** What a charge is called at the gateway. */
const referenceOf = (userId: string, chargeId: string) => `${userId}.wallet.${chargeId}`;

/** The gateway's answer to a charge that was begun. Undefined where it names another payment than the one that was asked for. */
export const authorise = async (userId: string, { chargeId, amount }: Charge, token: string) => {
  const reference = referenceOf(userId, chargeId);
  const payment = await provider().authorise({ reference, amount, currency: CURRENCY, token, key: reference });
  if (payment.reference === reference) return payment;
  logger.error("wallet", { operation: "charge", reference, outcome: "reference differs" }); // it may be somebody's paid order
  return undefined;
};

/** The charge's payment at the gateway, if there is one. */
export const lookUp = (userId: string, chargeId: string): Promise<GatewayPayment | undefined> =>
  Gateway.lookUp(referenceOf(userId, chargeId));

type Case = { userId: string; charge: Charge; payment: GatewayPayment | undefined; now: number };

/** Brings a charge as far as the gateway lets it, and answers it as it is then. 503 `wallet.charge_pending` where the gateway refuses. */
export const advance = async (known: Case): Promise<Charge> => {
  const { userId, charge, payment, now } = known;
  const balance = charge.state === "pending" ? (await read({ userId })).balance : 0;
  const step = decide(charge, payment, balance);
  if (!payment || step === "wait" || step === "none") return charge;
  const { paymentId } = payment;
  const onward = (change: Partial<Case>) => advance({ ...known, ...change });
  const written = (next: Charge) => Steps.write(userId, { ...next, paymentId }, now, charge.state);
  switch (step) {
    case "capture": {
      const key = `${referenceOf(userId, charge.chargeId)}:capture`;
      return onward({ payment: await moved(payment, () => provider().capture({ paymentId, key })) });
    }
    case "credit": {
      const credited = await Steps.credit(userId, { ...charge, state: "done", paymentId }, now, "pending");
      return onward({ charge: credited ?? charge }); // null: another charge has filled the wallet meanwhile
    }
    case "giveUp": // written first: what is given back is credited by nobody who looked before
      return onward({
        charge: await written({ ...charge, state: "returning", refusal: refusalOf(charge, payment, balance) }),
      });
    case "giveBack": {
      const after = await undo(provider(), payment);
      if (after.refused) count("RefundRefused");
      return onward({ payment: await moved(payment, async () => after) });
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
const moved = async (payment: GatewayPayment, change: () => Promise<GatewayPayment>): Promise<GatewayPayment> => {
  const after = await change().catch((error) => {
    if (GatewayRefused.is(error)) return provider().get(payment.paymentId);
    throw error;
  });
  if (after.status === payment.status) throw ChargePending();
  return after;
};
