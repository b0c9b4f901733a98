/** Pays by any method until the order has an outcome. */
import { until } from "./ask.ts";
import type { Kept } from "./story.ts";
import type { Visit } from "./visit.ts";

/** A card that is approved and whose capture fails. */
const REVOKED = "tok_capture_refused";

/** The sandbox's cards; approved ones are more frequent. */
const CARDS = [
  ...["tok_approve", "tok_approve", "tok_approve", "tok_approve", "tok_approve", "tok_approve", "tok_decline"],
  ...["tok_timeout_before", "tok_timeout_after", "tok_twice", "tok_async", "tok_async", "tok_async_decline"],
  ...["tok_webhook_early", "tok_webhook_twice", "tok_webhook_forged", REVOKED],
];

type How = { method: "points" } | { method: "card"; card: { token: string } };

const means = (random: () => number): How =>
  random() < 0.5
    ? { method: "points" }
    : { method: "card", card: { token: CARDS[Math.floor(random() * CARDS.length)] as string } };

/** The possible reasons for a decline of this payment: another reason is a false answer. */
const reasons = (how: How, { balance }: Visit["story"], total: number): string[] => {
  if (how.method === "points") return balance < total ? ["wallet.insufficient"] : [];
  const { token } = how.card;
  if (token === "tok_timeout_before") return ["payment.unconfirmed"];
  if (token === REVOKED) return ["payment.capture_failed", "payment.unconfirmed"];
  // if the gateway cannot be reached for long, a payment that never arrived there is closed
  return /decline|forged/.test(token) ? ["card.declined", "payment.unconfirmed"] : ["payment.unconfirmed"];
};

type Payment = { attemptId: string; method: string; status: string; reason?: string };

type End = "confirmed" | "declined" | "revoked" | undefined;

/** Undefined if it never ended. A declined buyer tries once more, by points. */
export const pay = async (visit: Visit, order: Kept): Promise<End> => {
  const first = await attempt(visit, order, means(visit.random));
  if (first !== "declined" || visit.story.balance < order.total || visit.random() < 0.3) return first;
  return attempt(visit, order, { method: "points" });
};

const attempt = async (visit: Visit, order: Kept, how: How): Promise<End> => {
  const { ask, story, record } = visit;
  const params = { orderId: order.orderId };
  const began = performance.now();
  const { reply, ms } = await ask("POST /v1/orders/{orderId}/payment", { params, body: how });
  const { attemptId } = (reply.body?.payment ?? {}) as Partial<Payment>;
  if (reply.status !== 202 || !attemptId) {
    story.wrong.push(`paying ${order.orderId} was answered ${reply.status} ${reply.body?.code}`);
    return undefined;
  }
  record("pay", ms);
  const end = await until(async () => {
    const { reply } = await ask("GET /v1/orders/{orderId}", { params });
    const { status, payment, tickets } = reply.body as { status: string; payment?: Payment; tickets?: unknown[] };
    const doomed = how.method === "card" && how.card.token === REVOKED && status === "confirmed";
    const decided = payment?.attemptId === attemptId && payment.status !== "pending" && status !== "paying" && !doomed;
    return decided ? { status, payment, tickets } : undefined;
  });
  if (!end) {
    story.wrong.push(`${order.orderId} was paid by ${JSON.stringify(how)}, and never ended`);
    return undefined;
  }
  record("settled", performance.now() - began);
  order.status = end.status;
  order.payment = end.payment;
  return judged(visit, order, how, end);
};

const judged = (
  { story }: Visit,
  order: Kept,
  how: How,
  { status, payment, tickets }: { status: string; payment: Payment; tickets?: unknown[] | undefined },
): End => {
  const { orderId, seats, total } = order;
  const confirmed = status === "confirmed" && payment.status === "approved";
  if (confirmed && tickets?.length !== seats.length)
    story.wrong.push(`${orderId} is confirmed with ${tickets?.length} tickets`);
  const why = reasons(how, story, total);
  if (confirmed && why.length === 1 && why[0] === "wallet.insufficient")
    story.wrong.push(`${orderId} was sold for too little`);
  if (!confirmed && (payment.status !== "declined" || !why.includes(payment.reason ?? "")))
    story.wrong.push(
      `${orderId} is ${status}, ${payment.status} for ${payment.reason}; paid by ${JSON.stringify(how)}`,
    );
  if (payment.reason === "payment.capture_failed") return "revoked";
  return confirmed ? "confirmed" : "declined";
};
