/** Refunds, in whole or in part, and disputes. */
import type Stripe from "stripe";
import { card } from "./cards.ts";
import { dispute, refund } from "./objects.ts";
import { invalid, missing } from "./refusal.ts";
import type { Payment } from "./store.ts";
import { find, latest, record, type World, withCharge } from "./world.ts";

export type NewRefund = {
  payment_intent: string;
  amount?: number;
  metadata?: Record<string, string>;
};

const sum = (refunds: Stripe.Refund[]) =>
  refunds.filter(({ status }) => status !== "failed").reduce((total, { amount }) => total + amount, 0);

/** The payment with this refund added or changed; the charge has the sum of refunds, pending ones included. */
const withRefund = (payment: Payment, changed: Stripe.Refund): Payment => {
  const isNew = !payment.refunds.some(({ id }) => id === changed.id);
  const refunds = isNew
    ? [...payment.refunds, changed]
    : payment.refunds.map((one) => (one.id === changed.id ? changed : one));
  const made = latest(payment) as Stripe.Charge;
  const amount_refunded = sum(refunds);
  const refunded = amount_refunded === made.amount_captured;
  return withCharge({ ...payment, refunds }, { ...made, amount_refunded, refunded });
};

export const make = (world: World) => {
  const { now, later } = world;
  const get = (id: string) => find(world, id);

  const create = async ({ payment_intent, amount, metadata = {} }: NewRefund): Promise<Stripe.Refund> => {
    const payment = get(payment_intent);
    const made = latest(payment);
    if (!made?.captured)
      throw invalid(`This PaymentIntent (${payment_intent}) does not have a successful charge to refund.`, {
        param: "payment_intent",
      });
    if (payment.disputes.some(({ is_charge_refundable: can }) => !can))
      throw invalid(`Charge ${made.id} has been charged back; cannot issue a refund.`, {
        code: "charge_disputed",
        charge: made.id,
      });
    const left = made.amount_captured - made.amount_refunded;
    if (left === 0)
      throw invalid(`Charge ${made.id} has already been refunded.`, {
        code: "charge_already_refunded",
        charge: made.id,
      });
    const asked = amount ?? left;
    if (asked < 1 || asked > left)
      throw invalid(`Refund amount (${asked}) is greater than unrefunded amount on charge (${left}).`, {
        param: "amount",
      });
    const [status, becomes] = card(payment.card).refund ?? ["succeeded"];
    const given = refund(now(), made, { amount: asked, metadata, reason: null, status });
    const next = withRefund(payment, given);
    await record(world, next, [
      ["refund.created", given],
      ["charge.refunded", latest(next) as Stripe.Charge],
    ]);
    if (becomes) resume(given);
    return given;
  };

  const resume = ({ id, payment_intent }: Stripe.Refund) =>
    later(id, async () => {
      const payment = get(payment_intent as string);
      const given = payment.refunds.find((one) => one.id === id);
      const [first, status] = card(payment.card).refund ?? [];
      if (!given || given.status !== first || !status) return;
      const { pending_reason: _, ...settled } = given;
      const changed = {
        ...settled,
        status,
        ...(status === "failed" && { failure_reason: "expired_or_canceled_card" }),
      };
      await record(world, withRefund(payment, changed), [
        [status === "failed" ? "refund.failed" : "refund.updated", changed],
      ]);
    });

  return {
    create,
    resume,
    /** The newest is first. */
    list: (paymentId: string) => get(paymentId).refunds.toReversed(),
    /** The newest is first. */
    disputes: (paymentId: string) => get(paymentId).disputes.toReversed(),
    /** Its end: won, or lost. An inquiry only closes. */
    decide: async (id: string, won: boolean): Promise<Stripe.Dispute> => {
      const payment = world.store.list("payment").find(({ disputes }) => disputes.some((one) => one.id === id));
      const open = payment?.disputes.find((one) => one.id === id);
      if (!payment || !open) throw missing("dispute", id, "dispute");
      const status = open.status.startsWith("warning_") ? "warning_closed" : won ? "won" : "lost";
      const closed: Stripe.Dispute = { ...open, status, is_charge_refundable: status !== "lost" };
      const disputes = payment.disputes.map((one) => (one.id === id ? closed : one));
      await record(world, { ...payment, disputes }, [["charge.dispute.closed", closed]]);
      return closed;
    },
    dispute: async (paymentId: string, status: Stripe.Dispute.Status): Promise<void> => {
      const payment = get(paymentId);
      const made = latest(payment);
      if (!made) return;
      const opened = dispute(now(), made, status);
      const disputed = withCharge({ ...payment, disputes: [...payment.disputes, opened] }, { ...made, disputed: true });
      await record(world, disputed, [["charge.dispute.created", opened]]);
    },
  };
};

export type Refunds = ReturnType<typeof make>;
