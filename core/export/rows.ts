/** What each export has of an order. Pure. A row's fields are its columns, named as in the API. */
import type * as Account from "#core/account/index.ts";
import { iso } from "#core/lib/clock.ts";
import { major } from "#core/lib/currency.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Order from "#core/order/index.ts";
import type * as Ticket from "#core/ticket/index.ts";
import type { Field } from "./csv.ts";
import type { Kind } from "./schema.ts";

/** What the orders' rows need besides the orders. */
export type Known = {
  now: number;
  /** By user id. */
  accounts: Map<string, Pick<Account.Account, "email" | "name">>;
  /** By ticket id. */
  checkIns: Map<string, Ticket.CheckInFacts>;
  /** The sections' names by id. */
  sections: Map<string, string>;
};

type Export = { columns: string[]; rows: (order: Order.Order, known: Known) => Field[][] };

const buyer = ["userId", "email", "name"];
const buyerOf = ({ userId }: Order.Order, { accounts }: Known): Field[] => {
  const { email, name } = accounts.get(userId) ?? {};
  return [userId, email, name];
};

const seat = ["sectionId", "section", "row", "number", "seatId", "category"];
const seatOf = (of: Order.OrderSeat, { sections }: Known): Field[] => [
  ...[of.sectionId, sections.get(of.sectionId)],
  ...[of.row ?? undefined, of.number ?? undefined, of.seatId, of.category],
];

const at = (ms: number | undefined): Field => (ms === undefined ? undefined : iso(ms));

/** The tickets that an order has or had, with their seats. */
export const ticketsOf = ({ orderId, seats }: Order.Order) =>
  seats.map((of, n) => ({ ticketId: Order.ticketId(orderId, n + 1), of }));

const ordersOf = (order: Order.Order, known: Known): Field[][] => {
  const { orderId, createdAt, seats, total, currency, mailTo } = order;
  return [
    [
      ...[orderId, Order.statusAt(order, known.now), iso(createdAt), seats.length, major(total, currency), currency],
      ...[...buyerOf(order, known), mailTo?.email],
    ],
  ];
};

/** Valid tickets only. */
const validOf = (order: Order.Order, known: Known): Field[][] =>
  order.status === "confirmed"
    ? ticketsOf(order).map(({ ticketId, of }) => [
        ...[ticketId, order.orderId, ...seatOf(of, known), major(of.price, order.currency), order.currency],
        ...buyerOf(order, known),
      ])
    : [];

/** Money that came in, and money that goes or went back. Both are positive amounts. */
const paymentsOf = (order: Order.Order, known: Known): Field[][] => {
  const { orderId, currency, total, attempts, attemptId = "" } = order;
  const attempt = attempts[attemptId];
  if (!attempt || (attempt.status !== "approved" && attempt.status !== "refunded")) return [];
  const { method, provider, paymentId, acceptedAt, disputed, reason } = attempt;
  const row = (type: string, status: string, amount: number, when: number | undefined, refundId?: string) => [
    ...[orderId, type, status, major(amount, currency), currency, at(when)],
    ...[method, provider, paymentId, refundId, iso(order.createdAt), ...buyerOf(order, known)],
  ];
  // a ticket was used before the gateway refused to take the money
  if (reason === "payment.capture_failed") return [row("uncaptured", "lost", total, acceptedAt)];
  const paid = row("payment", disputed ? "disputed" : "approved", total, acceptedAt);
  if (order.status === "confirmed") return [paid];
  const { refundFailedAt, returnedOtherwise, refunds = [{ id: undefined, amount: total }] } = attempt;
  const status = returnedOtherwise
    ? "otherwise"
    : refundFailedAt !== undefined && order.status === "refunding"
      ? "failed"
      : order.status;
  const begun = (id: string | undefined) => returnedOtherwise?.at ?? (id === undefined ? undefined : Ids.madeAt(id));
  return [paid, ...refunds.map(({ id, amount }) => row("refund", status, amount, begun(id), id))];
};

/** Also those of an order that an organiser refunded all the same. */
const checkInsOf = (order: Order.Order, known: Known): Field[][] =>
  ticketsOf(order).flatMap(({ ticketId, of }) => {
    const checkIn = known.checkIns.get(ticketId);
    return checkIn
      ? [
          [
            ...[ticketId, order.orderId, order.status, iso(checkIn.checkedInAt), checkIn.checkedInBy],
            ...[...seatOf(of, known), ...buyerOf(order, known)],
          ],
        ]
      : [];
  });

export const exports: Record<Kind, Export> = {
  orders: {
    columns: ["orderId", "status", "createdAt", "seats", "total", "currency", ...buyer, "mailTo"],
    rows: ordersOf,
  },
  tickets: { columns: ["ticketId", "orderId", ...seat, "price", "currency", ...buyer], rows: validOf },
  payments: {
    columns: [
      ...["orderId", "type", "status", "amount", "currency", "at"],
      ...["method", "provider", "paymentId", "refundId", "orderedAt", ...buyer],
    ],
    rows: paymentsOf,
  },
  "check-ins": {
    columns: ["ticketId", "orderId", "status", "checkedInAt", "checkedInBy", ...seat, ...buyer],
    rows: checkInsOf,
  },
};
