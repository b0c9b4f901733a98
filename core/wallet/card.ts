/**
 * Charging by card, in the steps of an order's payment: the charge is written before the gateway is asked; then authorise, capture,
 * credit. `decide` says what comes next, and `execute` does that one step. After a crash at any step, the next run continues from what
 * the charge and the gateway say.
 */
import * as Declines from "#core/declines/index.ts";
import * as Gateway from "#core/gateway/index.ts";
import { logger } from "#core/lib/logger.ts";
import { decide, type Known, reasonOf, type Step } from "./decide.ts";
import { read } from "./ledger.ts";
import { referenceOf } from "./prepare.ts";
import * as Steps from "./steps.ts";
import type { Charge } from "./wallet.table.ts";

/** Steps of one run. A whole charge has six steps, and at each another run may have changed it. */
const maxSteps = 12;

type Case = { userId: string; charge: Charge; known?: Known; cancel?: boolean | undefined; now: number };
type Seen = Case & { known: Known; balance: number };
/** The charge, and what is known of its payment, after a step. */
type Done = { charge: Charge; known: Known };

/** Brings a charge as far as its gateway allows, and answers it as it is then. Repeating it changes nothing more. */
export const advance = async (given: Case): Promise<Charge> => {
  let at = given;
  for (let steps = 0; steps < maxSteps; steps++) {
    const known = at.known ?? (await ask(at));
    const balance = at.charge.state === "pending" ? (await read(at)).balance : 0;
    const step = decide(at.charge, known, { ...at, balance });
    if (step === "wait" || step === "none") break;
    at = { ...at, ...(await execute(step, { ...at, known, balance })) };
  }
  return at.charge;
};

/** Does one step. */
const execute = async (step: Exclude<Step, "wait" | "none">, at: Seen): Promise<Done> => {
  const { charge, known, now } = at;
  // It is written first, so that no run with an older read credits money that is returned.
  if (step === "giveUp") return written(at, { state: "returning", refusal: refusalOf(at), code: codeOf(known) });
  if (known === "silent") return { charge, known };
  const gateway = gatewayOf(charge);
  const { paymentId } = known;
  switch (step) {
    case "authorise": {
      const returnTo = `/wallet/charge/${charge.chargeId}`;
      return moved(at, known, () => Gateway.authorise(gateway, known, { token: charge.token, returnTo, now }));
    }
    case "show":
      return written(at, { action: known.action });
    case "close": // It is only voided, never refunded: money that was taken meanwhile is credited.
      return moved(at, known, () => gateway.void({ paymentId, key: `${paymentId}:void` }));
    case "capture":
      return moved(at, known, () => Gateway.capture(gateway, known));
    case "credit":
      return credit(at, known);
    case "giveBack":
      return moved(at, known, () => Gateway.giveBack(gateway, known));
    case "decline":
      return decline(at, known);
    case "finish":
      if (known.status !== "captured")
        logger.error("wallet", { operation: "charge", paymentId, outcome: "credited, not taken" });
      return written(at, { state: "done" });
    case "payBack":
      return payBack(at, known);
    case "paidBack":
      return paidBack(at, known);
    case "keep":
      return keep(at, known);
  }
};

/** After a write of the charge alone. */
const written = async ({ userId, charge, known, now }: Seen, change: Partial<Charge>): Promise<Done> => ({
  charge: await Steps.write(userId, { ...charge, ...change }, now, charge.state),
  known: known === "silent" ? known : { ...known, unmoved: undefined },
});

const credit = async ({ userId, charge, now }: Seen, payment: Gateway.GatewayPayment): Promise<Done> => {
  const { paymentId } = payment;
  const credited = await Steps.credit(userId, { ...charge, state: "done", paymentId }, now, "pending");
  // The request and the worker may both come here. One reservation was taken, and the run that credits gives it back.
  if (credited?.isOurs) {
    logger.info("wallet", { ...facts(charge), outcome: "credited" });
    await Declines.giveBack(userId);
  }
  return { charge: credited?.charge ?? charge, known: payment }; // null: another charge has filled the wallet meanwhile
};

const decline = async (at: Seen, payment: Gateway.GatewayPayment): Promise<Done> => {
  const { userId, charge, now } = at;
  const refusal = refusalOf(at);
  const code = charge.code ?? codeOf(payment);
  const declined: Charge = { ...charge, state: "declined", refusal, code, returned: payment.refunded > 0 };
  const after = await Steps.write(userId, declined, now, charge.state);
  const isCards = refusal === "declined" || refusal === "unverified";
  // Only the run that writes it counts it.
  if (after === declined) {
    logger.info("wallet", { ...facts(charge), outcome: refusal, code });
    await (isCards ? Declines.declinedAt(charge.from, now) : Declines.giveBack(userId));
  }
  return { charge: after, known: payment };
};

/** The refund was written before, with its name. Unless the gateway refuses it, the next look shows it: it is never sent twice in a run. */
const payBack = async (at: Seen, payment: Gateway.GatewayPayment): Promise<Done> => {
  const { charge } = at;
  const { paymentId } = payment;
  const { id = "", amount = 0, base = 0 } = charge.payback ?? {};
  let refused = false;
  const after = await answer(at, async () => {
    try {
      return await gatewayOf(charge).refund({ paymentId, amount, key: id });
    } catch (error) {
      if (!Gateway.GatewayRefused.is(error)) throw error;
      refused = true;
      return gatewayOf(charge).get(paymentId);
    }
  });
  if (after === "silent") return { charge, known: after };
  const isSeen = after.refunded + (after.returning ?? 0) >= base + amount;
  return { charge, known: refused ? { ...after, unmoved: true } : isSeen ? after : "silent" };
};

const paidBack = async (at: Seen, payment: Gateway.GatewayPayment): Promise<Done> => {
  const { userId, charge, now } = at;
  const sum = (charge.paidBack ?? 0) + (charge.payback?.amount ?? 0);
  const after: Charge = { ...charge, state: "done", paidBack: sum };
  const written = await Steps.write(userId, after, now, "paying_back");
  if (written === after) logger.info("wallet", { ...facts(charge), operation: "payback", outcome: "paid back" });
  return { charge: written, known: payment };
};

/** The points are credited again, and this charge is not tried again. */
const keep = async (at: Seen, payment: Gateway.GatewayPayment): Promise<Done> => {
  const { userId, charge, now } = at;
  const kept = await Steps.keep(userId, charge, now);
  if (kept.isOurs) logger.warn("wallet", { ...facts(charge), operation: "payback", outcome: "refused" });
  return { charge: kept.charge, known: payment };
};

/** Why the charge is not credited. */
const refusalOf = ({ charge, known, balance }: Seen) => charge.refusal ?? reasonOf(charge, known, balance);

/** The gateway's own code of a decline. */
const codeOf = (known: Known): string | undefined =>
  known !== "silent" && known.status === "declined" ? known.reason : undefined;

/** Facts for the log. */
const facts = ({ chargeId, provider }: Charge) => ({ operation: "charge", chargeId, provider });

/** The gateway at which the charge was begun. */
const gatewayOf = (charge: Charge): Gateway.PaymentProvider => Gateway.provider(charge.provider);

/** The charge's payment as the gateway has it. */
const ask = (at: Case): Promise<Known> =>
  answer(at, async () => {
    const { paymentId } = at.charge;
    if (paymentId === undefined) throw Gateway.GatewaySilent("the charge names no payment");
    return gatewayOf(at.charge).get(paymentId);
  });

type Change = () => Promise<Gateway.GatewayPayment>;

/** After a change at the gateway. If the gateway refuses the change, the payment is known as it is now. */
const moved = async (at: Seen, payment: Gateway.GatewayPayment, change: Change): Promise<Done> => {
  const { charge } = at;
  const after = await answer(at, () =>
    change().catch((error) => {
      if (Gateway.GatewayRefused.is(error)) return gatewayOf(charge).get(payment.paymentId);
      throw error;
    }),
  );
  const known: Known = after !== "silent" && after.status === payment.status ? { ...after, unmoved: true } : after;
  return { charge, known };
};

/** The gateway's answer about this charge's payment. No answer, or an answer about another payment, is a result (`silent`) and not an error. */
const answer = async ({ userId, charge }: Case, call: Change): Promise<Known> => {
  const { chargeId } = charge;
  try {
    const payment = await call();
    if (payment.reference === referenceOf(userId, chargeId)) return payment;
    logger.error("wallet", { operation: "charge", chargeId, outcome: "reference differs" });
  } catch (error) {
    if (!Gateway.GatewaySilent.is(error) && !Gateway.GatewayRefused.is(error)) throw error;
    logger.error("wallet", { operation: "charge", chargeId, outcome: "pending", error: error as Error });
  }
  return "silent";
};
