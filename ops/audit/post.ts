/** Mails and messages. */
import { type Facts, type Finding, group, type Invariant, isOpen } from "./invariant.ts";
import { type MailFacts, mailKinds, type OrderFacts } from "./snapshot.ts";

/** The order was confirmed, but its capture failed. Its buyer gets an e-mail. The buyer of a released hold gets none. */
const isVoided = ({ status, attempts = {}, attemptId = "" }: OrderFacts): boolean =>
  status === "released" && attempts[attemptId]?.reason === "payment.capture_failed";

/** The mail about the order's present state. An order that has changed its state again may not have got the earlier mail. */
const due = (order: OrderFacts): MailFacts["kind"] | undefined => {
  const { status } = order;
  return status === "confirmed" || status === "refunded" || (status === "released" && isVoided(order))
    ? status
    : undefined;
};

const hadRefundFail = ({ attempts = {} }: OrderFacts): boolean =>
  Object.values(attempts).some(({ refundFailedAt }) => refundFailedAt !== undefined);

const neverConfirmed = (order: OrderFacts): boolean =>
  order.status === "held" || (order.status === "released" && !isVoided(order));

const mark = (order: OrderFacts, kind: MailFacts["kind"]) => order[`${kind}MailedAt`];

/** An order whose mail is due and not sent yet. A mail beyond the limit of its address is not sent, and the order records that. */
const unsent = (order: OrderFacts): boolean => {
  const kind = due(order);
  return kind !== undefined && mark(order, kind) === undefined && order[`${kind}Unsent`] !== "limit";
};

/** Where no inbox can be read, the orders' marks replace the mails. A mail that was sent twice is not noticed then. */
const byMarks = ({ orders }: Facts): Finding => {
  const mailed = orders.filter((order) => mailKinds.some((kind) => mark(order, kind) !== undefined));
  const wrong = mailed.filter(neverConfirmed);
  return {
    looked: mailed.length,
    open: orders.filter(unsent).length,
    violations: wrong.map(({ orderId, status }) => `${orderId} is ${status}, but its buyer got a mail`),
  };
};

const oneMail = (facts: Facts): Finding => {
  const { mails, orders } = facts;
  if (!mails) return byMarks(facts);
  const sent = group(mails, ({ orderId, kind }) => `${orderId} ${kind}`);
  const oldest = mails.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY);
  const violations = orders.flatMap((order) => {
    const kind = due(order);
    const count = (of: MailFacts["kind"]) => sent.get(`${order.orderId} ${of}`)?.length ?? 0;
    if (hadRefundFail(order)) return []; // one mail that it was refunded, and another when the repeated refund succeeded
    const twice = order.mailAgainAt === undefined ? mailKinds.find((of) => count(of) > 1) : undefined;
    if (twice) return [`${order.orderId} got ${count(twice)} mails that it is ${twice}`];
    const wrong = (["refunded", "released"] as const).find((of) => count(of) > 0 && kind !== of);
    if (wrong) return [`${order.orderId} is ${order.status}, its mail says ${wrong}`];
    if (count("confirmed") > 0 && neverConfirmed(order))
      return [`${order.orderId} is ${order.status}, its mail says confirmed`];
    // an inbox that was started after the mail was sent cannot contain it
    const marked = kind && mark(order, kind);
    return kind && marked && marked >= oldest && count(kind) === 0
      ? [`${order.orderId} is ${kind}, but has no mail`]
      : [];
  });
  return { looked: orders.filter((order) => due(order)).length, open: orders.filter(unsent).length, violations };
};

/** Whether nothing is in progress: what other invariants leave open must not stay open. */
const atRest = ({ messages, orders }: Facts): Finding => {
  const lines = [
    [messages?.waiting ?? 0, "message(s) wait in the settle queue or are being handled"],
    [messages?.dead ?? 0, "message(s) among the dead letters"],
    [orders.filter(isOpen).length, "order(s) wait for the payment gateway"],
    [orders.filter(unsent).length, "mail(s) not sent yet"],
  ] as const;
  return {
    looked: orders.length + (messages?.waiting ?? 0) + (messages?.dead ?? 0),
    violations: lines.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
  };
};

export const post: Invariant[] = [
  { name: "confirmed order ⇔ one mail", check: oneMail },
  { name: "no message left in flight or dead", check: atRest },
];
