/** An order as the API shows it: to everyone who may see it, and to its owner. */
import { iso } from "#core/lib/clock.ts";
import type { Attempt, Order } from "./order.table.ts";
import { mailKinds, type OrderStatus, type OrderView } from "./schema.ts";

/** The order's status at `now` (epoch ms). A hold that was not paid in time is shown as `expired`, without a write. */
export const statusAt = (order: Order, now: number): OrderStatus =>
  order.status === "held" && now > order.heldUntil ? "expired" : order.status;

/** The order as the API shows it at `now` (epoch ms), without its tickets' codes (core/ticket adds them) and without what only its owner may see. */
export const view = (order: Order, now: number): Omit<OrderView, "mailTo"> => {
  const { orderId, eventId, seats, total, currency } = order;
  return {
    orderId,
    eventId,
    status: statusAt(order, now),
    seats: seats.map(({ seatId, sectionId, row, number, category, price }) => ({
      seatId,
      sectionId,
      row,
      number,
      category,
      price,
    })),
    total,
    currency,
    createdAt: iso(order.createdAt),
    payBy: iso(order.payBy),
    ...paymentOf(order),
    ...(order.eventCancelled && { eventCancelled: true }),
    ...unsentOf(order),
  };
};

const unsentOf = (order: Order): Pick<OrderView, "unsentMails"> => {
  const unsentMails = mailKinds.flatMap((about) => {
    const reason = order[`${about}Unsent`];
    return reason ? [{ about, reason }] : [];
  });
  return unsentMails.length > 0 ? { unsentMails } : {};
};

/** The attempt that was last begun or decided. */
const paymentOf = (order: Order): Pick<OrderView, "payment"> => {
  const { attemptId, attempts } = order;
  const attempt = attemptId === undefined ? undefined : attempts[attemptId];
  if (!attemptId || !attempt) return {};
  const { method, status, reason, code, disputed } = attempt;
  const refund = refundOf(order, attempt);
  return {
    payment: {
      ...{ attemptId, method, status },
      ...(reason && { reason }),
      ...(code && { code }),
      ...(refund && { refund }),
      ...(disputed && { disputed }),
    },
  };
};

const refundOf = ({ status }: Order, { refundFailedAt, returnedOtherwise }: Attempt) => {
  if (returnedOtherwise) return "otherwise" as const;
  return refundFailedAt !== undefined && status === "refunding" ? ("failed" as const) : undefined;
};

/** As `view`, for the order's owner. It adds where the order's e-mails go, and what the owner has to do before the gateway decides. */
export const ownView = (order: Order, now: number): OrderView => {
  const { mailTo } = order;
  const shown = { ...view(order, now), ...(mailTo && { mailTo: { email: mailTo.email, at: iso(mailTo.at) } }) };
  const { action } = order.attempts[order.attemptId ?? ""] ?? {};
  return shown.payment && action ? { ...shown, payment: { ...shown.payment, action } } : shown;
};
