/** Pays by any method until the order has an outcome. */
import * as Buyer from "#client/buyer.ts";
import { ApiProblem } from "#client/problem.ts";
import type { Pay } from "#client/shapes.ts";
import { told } from "../client.ts";
import { until, type Visit } from "./ask.ts";
import type { Kept } from "./story.ts";

/** A card that is approved and whose capture fails. */
const REVOKED = "tok_capture_refused";

/** The sandbox's cards; approved ones are more frequent. */
const CARDS = [
  ...["tok_approve", "tok_approve", "tok_approve", "tok_approve", "tok_approve", "tok_approve", "tok_decline"],
  ...["tok_timeout_before", "tok_timeout_after", "tok_twice", "tok_async", "tok_async", "tok_async_decline"],
  ...["tok_webhook_early", "tok_webhook_twice", "tok_webhook_forged", REVOKED],
];

const means = (random: () => number): Pay =>
  random() < 0.5
    ? { method: "points" }
    : { method: "card", card: { token: CARDS[Math.floor(random() * CARDS.length)] as string } };

/** The possible reasons for a decline of this payment: another reason is a false answer. */
const reasons = (how: Pay, { balance }: Visit["story"], total: number): string[] => {
  if (how.method === "points") return balance < total ? ["wallet.insufficient"] : [];
  const { token } = how.card;
  if (token === "tok_timeout_before") return ["payment.unconfirmed"];
  if (token === REVOKED) return ["payment.capture_failed", "payment.unconfirmed"];
  // if the gateway cannot be reached for long, a payment that never arrived there is closed
  return /decline|forged/.test(token) ? ["card.declined", "payment.unconfirmed"] : ["payment.unconfirmed"];
};

type End = "confirmed" | "declined" | "revoked" | undefined;

/** Undefined if it never ended. A declined buyer tries once more, by points. */
export const pay = async (visit: Visit, order: Kept): Promise<End> => {
  const first = await attempt(visit, order, means(visit.random));
  if (first !== "declined" || visit.story.balance < order.total || visit.random() < 0.3) return first;
  return attempt(visit, order, { method: "points" });
};

const attempt = async (visit: Visit, order: Kept, how: Pay): Promise<End> => {
  const { api, ask, story, record } = visit;
  const began = performance.now();
  const { answer: paid, ms } = await ask(() => told(Buyer.pay(api, order.orderId, how)));
  if (paid instanceof ApiProblem || !paid.payment) {
    story.wrong.push(`paying ${order.orderId} was answered ${JSON.stringify(paid)}`);
    return undefined;
  }
  record("pay", ms);
  const end = await until(async () => {
    const now = await Buyer.follow(api, paid);
    const doomed = how.method === "card" && how.card.token === REVOKED && now.status === "confirmed";
    const isOurs = now.payment?.attemptId === paid.payment?.attemptId;
    const isOver = now.payment?.status !== "pending" && now.status !== "paying";
    return isOurs && isOver && !doomed ? now : undefined;
  });
  if (!end) {
    story.wrong.push(`${order.orderId} was paid by ${JSON.stringify(how)}, and never ended`);
    return undefined;
  }
  record("settled", performance.now() - began);
  const { status, payment, tickets } = end;
  return judged(visit, Object.assign(order, { status, payment, tickets }), how);
};

const judged = ({ story }: Visit, order: Kept, how: Pay): End => {
  const { orderId, seats, total, status, payment, tickets } = order;
  const confirmed = status === "confirmed" && payment?.status === "approved";
  if (confirmed && tickets?.length !== seats.length)
    story.wrong.push(`${orderId} is confirmed with ${tickets?.length} tickets`);
  const why = reasons(how, story, total);
  if (confirmed && why.length === 1 && why[0] === "wallet.insufficient")
    story.wrong.push(`${orderId} was sold for too little`);
  if (!confirmed && (payment?.status !== "declined" || !why.includes(payment.reason ?? "")))
    story.wrong.push(
      `${orderId} is ${status}, ${payment?.status} for ${payment?.reason}; paid by ${JSON.stringify(how)}`,
    );
  if (payment?.reason === "payment.capture_failed") return "revoked";
  return confirmed ? "confirmed" : "declined";
};
