/**
 * Charging by card: the charge is written before the gateway is asked; then authorise, capture, credit. `decide` says what comes next,
 * and `execute` does that one step. After a crash at any step, the next run continues from what the charge and the gateway
 * say. Every step at the gateway has a key of its own.
 */
import * as Declines from "#core/declines/index.ts";
import {
  configured,
  type GatewayPayment,
  GatewayRefused,
  GatewaySilent,
  isRefundRefused,
  type PaymentProvider,
  provider,
  toOrderId,
  undo,
} from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import { invalid } from "#core/lib/errors.ts";
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import { decide, type Known, reasonOf, type Step } from "./decide.ts";
import { CURRENCY, read } from "./ledger.ts";
import { CardsOff, ChargeDeclined, type ChargeForm } from "./schema.ts";
import * as Steps from "./steps.ts";
import type { Charge } from "./wallet.table.ts";

/** Steps of one run. A whole charge has six steps, and at each another run may have changed it. */
const maxSteps = 12;

/** The charge's reference at the gateway. */
const referenceOf = (userId: string, chargeId: string) => `${userId}.wallet.${chargeId}`;

const gatewayOf = (charge: Charge): PaymentProvider => provider(charge.provider);

/** The gateway that takes new charges of this amount. 409 `wallet.cards_off`, 422 `request.invalid`. */
const gatewayFor = (amount: number): PaymentProvider => {
  const gateway = configured();
  if (!gateway) throw CardsOff();
  const message = gateway.refusal(amount, CURRENCY);
  if (message) throw invalid({ path: "amount", message });
  return gateway;
};

/** What the provider's payment window needs to be opened for a charge. 409 `wallet.cards_off` if it has none. */
export const form = (userId: string, chargeId: string, amount: number): ChargeForm => {
  const { tossClientKey: clientKey } = link("Settings");
  if (gatewayFor(amount).name !== "toss" || !clientKey) throw CardsOff("No payment window is used here.");
  return { reference: toOrderId(referenceOf(userId, chargeId)), amount, clientKey };
};

/** Prepares a payment at the configured gateway. It takes nothing yet. Its id is written with the charge before the card is asked. */
export const prepare = async (
  userId: string,
  chargeId: string,
  amount: number,
  token: string,
): Promise<Pick<Charge, "provider" | "paymentId">> => {
  const gateway = gatewayFor(amount);
  const reference = referenceOf(userId, chargeId);
  const asked = { reference, amount, currency: CURRENCY, token, key: reference };
  const payment = await gateway.prepare(asked).catch((error) => {
    if (!GatewayRefused.is(error)) throw error;
    logger.error("wallet", { operation: "charge", chargeId, outcome: "refused", error });
    throw ChargeDeclined("The payment gateway does not take this payment; nothing was charged.");
  });
  if (payment.reference !== reference)
    throw ChargeDeclined("The card's token belongs to another charge; nothing was charged.");
  return { provider: gateway.name, paymentId: payment.paymentId };
};

type Case = { userId: string; charge: Charge; known?: Known; cancel?: boolean | undefined; now: number };
type Seen = Case & { known: Known; balance: number };

/** Brings a charge as far as its gateway allows, and answers it as it is then. Repeating it changes nothing more. */
export const advance = async (given: Case): Promise<Charge> => {
  let at = given;
  for (let steps = 0; steps < maxSteps; steps++) {
    const known = at.known ?? (await lookUp(at));
    const balance = at.charge.state === "pending" ? (await read(at)).balance : 0;
    const step = decide(at.charge, known, { ...at, balance });
    if (step === "wait" || step === "none") break;
    at = { ...at, ...(await execute(step, { ...at, known, balance })) };
  }
  return at.charge;
};

/** Does one step. Returns the charge and its payment's state after it. */
const execute = async (step: Step, at: Seen): Promise<Pick<Case, "charge" | "known">> => {
  const { userId, charge, known, balance, now } = at;
  const written = async (change: Partial<Charge>) => ({
    charge: await Steps.write(userId, { ...charge, ...change }, now, charge.state),
    known: known === "silent" ? known : { ...known, unmoved: undefined },
  });
  const refusal = charge.refusal ?? reasonOf(charge, known, balance);
  // It is written first, so that no run with an older read credits money that is returned.
  if (step === "giveUp") return written({ state: "returning", refusal, code: codeOf(known) });
  if (known === "silent") return { charge, known };
  const { paymentId, reference, amount, action } = known;
  const gateway = gatewayOf(charge);
  const moved = async (change: () => Promise<GatewayPayment>) => ({ charge, known: await move(at, known, change) });
  switch (step) {
    case "authorise": {
      // Each run authorises with a key of its own, because a gateway repeats its first answer to a key, also an error.
      const key = `${reference}:authorise:${now}`;
      const returnUrl = `${link("Settings").publicUrl}/wallet/charge/${charge.chargeId}`;
      const { token = "" } = charge;
      return moved(() => gateway.authorise({ paymentId, reference, amount, token, returnUrl, key }));
    }
    case "show":
      return written({ action });
    case "close": // It is only voided, never refunded: money that was taken meanwhile is credited.
      return moved(() => gateway.void({ paymentId, key: `${paymentId}:void` }));
    case "capture":
      return moved(() => gateway.capture({ paymentId, key: `${reference}:capture` }));
    case "credit": {
      const credited = await Steps.credit(userId, { ...charge, state: "done", paymentId }, now, "pending");
      // The request and the worker may both come here. One reservation was taken, and the run that credits gives it back.
      if (credited?.isOurs) {
        logger.info("wallet", { ...facts(charge), outcome: "credited" });
        await Declines.giveBack(userId);
      }
      return { charge: credited?.charge ?? charge, known }; // null: another charge has filled the wallet meanwhile
    }
    case "giveBack":
      return moved(() => giveBack(gateway, known));
    case "decline": {
      const code = charge.code ?? codeOf(known);
      const declined: Charge = { ...charge, state: "declined", refusal, code, returned: known.refunded > 0 };
      const after = await Steps.write(userId, declined, now, charge.state);
      const isCards = refusal === "declined" || refusal === "unverified";
      // Only the run that writes it counts it.
      if (after === declined) {
        logger.info("wallet", { ...facts(charge), outcome: refusal, code });
        await (isCards ? Declines.declinedAt(charge.from, now) : Declines.giveBack(userId));
      }
      return { charge: after, known };
    }
    case "finish":
      if (known.status !== "captured")
        logger.error("wallet", { operation: "charge", paymentId, outcome: "credited, not taken" });
      return written({ state: "done" });
    default:
      return { charge, known };
  }
};

/** Facts for the log. */
const facts = ({ chargeId, provider }: Charge) => ({ operation: "charge", chargeId, provider });

/** The gateway's own code of a decline. */
const codeOf = (known: Known): string | undefined =>
  known !== "silent" && known.status === "declined" ? known.reason : undefined;

const giveBack = async (gateway: PaymentProvider, payment: GatewayPayment): Promise<GatewayPayment> => {
  const after = await undo(gateway, payment);
  if (isRefundRefused(after)) count("RefundRefused");
  return after;
};

const lookUp = (at: Case): Promise<Known> =>
  answer(at, async () => {
    const { paymentId } = at.charge;
    if (paymentId === undefined) throw GatewaySilent("the charge names no payment");
    return gatewayOf(at.charge).get(paymentId);
  });

/** The payment after a change at the gateway. If the gateway refuses the change, the payment as it is now. */
const move = async (at: Case, payment: GatewayPayment, change: () => Promise<GatewayPayment>): Promise<Known> => {
  const after = await answer(at, () =>
    change().catch((error) => {
      if (GatewayRefused.is(error)) return gatewayOf(at.charge).get(payment.paymentId);
      throw error;
    }),
  );
  return after !== "silent" && after.status === payment.status ? { ...after, unmoved: true } : after;
};

/** The gateway's answer about this charge's payment. No answer, or an answer about another payment, is a result (`silent`) and not an error. */
const answer = async ({ userId, charge }: Case, call: () => Promise<GatewayPayment>): Promise<Known> => {
  const { chargeId } = charge;
  try {
    const payment = await call();
    if (payment.reference === referenceOf(userId, chargeId)) return payment;
    logger.error("wallet", { operation: "charge", chargeId, outcome: "reference differs" });
  } catch (error) {
    if (!GatewaySilent.is(error) && !GatewayRefused.is(error)) throw error;
    logger.error("wallet", { operation: "charge", chargeId, outcome: "pending", error: error as Error });
  }
  return "silent";
};
