/** What was paid equals what was sold: the orders, the wallet ledger and the payment gateway's ledger agree. */
import { type Facts, type Finding, group, type Invariant, isOpen, orderOf, sum } from "./invariant.ts";
import type { ChargeFacts, OrderFacts, PaymentFacts } from "./snapshot.ts";

/** The money that the gateway has from a payment. An authorisation is no money yet. */
const kept = ({ status, amount, refunded }: PaymentFacts): number =>
  ["captured", "partially_refunded", "refunded"].includes(status) ? amount - refunded : 0;

const wasCharged = ({ status }: PaymentFacts) => ["captured", "partially_refunded", "refunded"].includes(status);
const isUndecided = ({ status }: PaymentFacts) => status === "pending" || status === "authorised";

/** How many times an order was paid, and the amount that is left after refunds. */
const paid = (order: OrderFacts, { entriesOf, paymentsOf }: Facts) => {
  const entries = entriesOf.get(order.orderId) ?? [];
  // the gateway keeps an amount that an organiser has returned by other means
  const isReturned = ({ reference }: PaymentFacts) =>
    order.attempts?.[reference.split(".")[2] ?? ""]?.returnedOtherwise !== undefined;
  const payments = (paymentsOf.get(order.orderId) ?? []).filter((payment) => !isReturned(payment));
  return {
    debits: entries.filter(({ kind }) => kind === "payment").length,
    credits: entries.filter(({ kind }) => kind === "refund").length,
    charges: payments.filter((payment) => wasCharged(payment) && kept(payment) > 0).length,
    net: -sum(entries, ({ amount }) => amount) + sum(payments, kept),
    undecided: payments.filter(isUndecided).length,
  };
};

/** A ticket was used before the gateway refused the capture: a loss that the order records. */
const isLost = ({ status, attempts = {}, attemptId = "" }: OrderFacts): boolean =>
  status === "confirmed" && attempts[attemptId]?.reason === "payment.capture_failed";

/** The captured payment is not the one that the order names, or belongs to another gateway. */
const elsewhere = (order: OrderFacts, { paymentsOf }: Facts): PaymentFacts | undefined => {
  const { method, provider, paymentId } = order.attempts?.[order.attemptId ?? ""] ?? {};
  if (method !== "card" || paymentId === undefined) return undefined;
  const charges = (paymentsOf.get(order.orderId) ?? []).filter((payment) => kept(payment) > 0);
  return charges.find((charge) => charge.paymentId !== paymentId || (charge.provider ?? provider) !== provider);
};

const fault = (order: OrderFacts, facts: Facts): string | undefined => {
  const { debits, credits, charges, net, undecided } = paid(order, facts);
  const says = `${order.orderId} is ${order.status}, costs ${order.total}`;
  if (undecided > 0) return `${says}; the gateway still has ${undecided} payment(s) neither captured nor voided`;
  if (order.status === "confirmed" && !isLost(order)) {
    const times = debits - credits + charges;
    const other = elsewhere(order, facts);
    if (other) return `${says}; the charge is ${other.paymentId} at ${other.provider}, which the order does not name`;
    return (times === 1 || order.total === 0) && net === order.total
      ? undefined
      : `${says}; paid ${times} times, ${net} in all`;
  }
  if (debits > credits || net !== 0) return `${says}; ${net} of it is charged`;
  return debits > 1 ? `${says}; debited ${debits} times` : undefined;
};

/** Whether nothing is in progress for the order, and everything that it was paid with can be read. */
const isJudged =
  ({ payments }: Facts) =>
  (order: OrderFacts): boolean =>
    !isOpen(order) &&
    (payments !== undefined || !Object.values(order.attempts ?? {}).some(({ method }) => method === "card"));

const paidOnce = (facts: Facts): Finding => {
  const judged = facts.orders.filter(isJudged(facts));
  // money that was returned is not owed to anybody, whatever the state of its order
  const owing = [...facts.paymentsOf].filter(([, all]) => all.some((one) => isUndecided(one) || kept(one) > 0));
  const orphans = [...facts.entriesOf.keys(), ...owing.map(([orderId]) => orderId)]
    .filter((orderId) => !facts.order.has(orderId))
    .map((orderId) => `${orderId} was paid for, but is not there`);
  const violations = judged.map((order) => fault(order, facts)).filter((sentence) => sentence !== undefined);
  const open = facts.orders.length - judged.length;
  return { looked: facts.orders.length, open, violations: [...violations, ...orphans] };
};

const walletIsItsLedger = ({ wallets, entries }: Facts): Finding => {
  const ledger = group(entries, ({ userId }) => userId);
  const violations = wallets.flatMap(({ userId, balance }) => {
    const total = sum(ledger.get(userId), ({ amount }) => amount);
    if (balance < 0) return [`${userId} has ${balance} points`];
    return total === balance ? [] : [`${userId} has ${balance} points, the entries add up to ${total}`];
  });
  const known = new Set(wallets.map(({ userId }) => userId));
  const homeless = [...ledger.keys()]
    .filter((userId) => !known.has(userId))
    .map((userId) => `${userId} has entries, but no wallet`);
  return { looked: wallets.length, violations: [...violations, ...homeless] };
};

const revenue = (facts: Facts): Finding => {
  const judged = facts.orders.filter(isJudged(facts));
  const settled = new Set(judged.map(({ orderId }) => orderId));
  const charged = group(judged, ({ eventId }) => eventId);
  const sold = group(
    facts.seats.filter(({ state, orderId }) => state === "sold" && settled.has(orderId)),
    ({ eventId }) => eventId,
  );
  const violations = [...charged].flatMap(([eventId, orders]) => {
    const money = sum(orders, (order) => (isLost(order) ? order.total : paid(order, facts).net));
    const seats = sum(sold.get(eventId), ({ price }) => price ?? 0);
    return money === seats ? [] : [`${eventId}: ${money} charged and not refunded, but seats sold for ${seats}`];
  });
  return { looked: charged.size, open: facts.orders.length - judged.length, violations };
};

/** Payments in the gateway's ledger that no order and no wallet explains. */
const ledgerExplained = (facts: Facts): Finding => {
  if (!facts.payments) return { looked: 0, violations: [], unseen: "the gateway's ledger cannot be read here" };
  const charges = facts.payments.filter((payment) => orderOf(payment) === undefined && kept(payment) > 0);
  const credited = sum(
    facts.entries.filter(({ kind }) => kind === "charge"),
    ({ amount }) => amount,
  );
  const money = sum(charges, kept);
  const violations = money > credited ? [`${money} came in for points, but only ${credited} were ever credited`] : [];
  return { looked: charges.length, violations };
};

/** The charge's own payment at the gateway, if that holds or held money. */
const ofCharge = ({ payments = [] }: Facts): Map<string, PaymentFacts> =>
  new Map(payments.filter(wasCharged).map((payment) => [payment.paymentId, payment]));

/**
 * What wallets were debited for their cards is what the charges record, and what the gateways have refunded. A refund on its way is open:
 * its wallet is debited, and its charge does not count it as paid back yet.
 */
const paidBack = (facts: Facts): Finding => {
  const { charges, entries } = facts;
  const paying = charges.filter(({ state }) => state === "paying_back");
  const debited = group(
    entries.filter(({ kind }) => kind === "payback"),
    ({ userId }) => userId,
  );
  const recorded = group(charges, ({ userId }) => userId);
  const onItsWay = ({ state, payback }: ChargeFacts) => (state === "paying_back" ? (payback?.amount ?? 0) : 0);
  const users = [...new Set([...debited.keys(), ...recorded.keys()])].flatMap((userId) => {
    const left = -sum(debited.get(userId), ({ amount }) => amount);
    const says = sum(recorded.get(userId), (charge) => (charge.paidBack ?? 0) + onItsWay(charge));
    return left === says ? [] : [`${userId} was debited ${left} for cards, the charges say ${says}`];
  });
  const payments = ofCharge(facts);
  const cards = charges.flatMap(({ chargeId, state, paymentId, paidBack: back = 0 }) => {
    const payment = payments.get(paymentId);
    if (state !== "done" || !payment || payment.refunded === back) return [];
    return [`${chargeId} says that ${back} were paid back, its gateway refunded ${payment.refunded}`];
  });
  return { looked: charges.length, open: paying.length, violations: [...users, ...cards] };
};

/** Points that are given up are the whole balance. */
const forfeits = ({ entries }: Facts): Finding => {
  const all = entries.filter(({ kind }) => kind === "forfeit");
  const wrong = all.filter(({ amount, balance }) => amount >= 0 || balance !== 0);
  const violations = wrong.map(({ userId, amount, balance }) => `${userId} gave up ${-amount} and kept ${balance}`);
  return { looked: all.length, violations };
};

/** Stripe's states of a dispute that hold the money back or have taken it. */
const blocking = new Set(["needs_response", "under_review", "lost"]);

/**
 * The gateway decides a dispute, and a person answers it. It is open while the order is confirmed or its refund waits. A refund beside a
 * dispute costs the amount twice, and an order that does not record its dispute could be refunded.
 */
const disputes = ({ orders, paymentsOf }: Facts): Finding => {
  const disputed = orders.filter(({ attempts = {} }) => Object.values(attempts).some((attempt) => attempt.disputed));
  const open = disputed.filter(({ status }) => status === "confirmed" || status === "refunding").length;
  const twice = disputed.filter(({ status }) => status === "refunded");
  const unknown = orders.filter(
    (order) =>
      !disputed.includes(order) &&
      paymentsOf.get(order.orderId)?.some(({ disputes: all }) => all?.some(({ status }) => blocking.has(status))),
  );
  const violations = [
    ...twice.map(({ orderId, status }) => `${orderId} is ${status}, and its payment is disputed`),
    ...unknown.map(({ orderId }) => `${orderId} is disputed at the gateway, and does not say so`),
  ];
  return { looked: disputed.length + unknown.length, open, violations };
};

export const money: Invariant[] = [
  { name: "confirmed order ⇔ one debit or charge", check: paidOnce },
  { name: "wallet = sum of its entries", check: walletIsItsLedger },
  { name: "charged − refunded = revenue", check: revenue },
  { name: "no charge without points or an order", check: ledgerExplained },
  { name: "paid back = debited = refunded to the card", check: paidBack },
  { name: "given up ⇒ the whole balance", check: forfeits },
  { name: "disputed ⇒ not refunded", check: disputes },
];
