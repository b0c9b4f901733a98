import * as z from "zod/mini";
import { email } from "#core/account/schema.ts";
import { maxSeatsPerOrder } from "#core/catalog/schema.ts";
import { define } from "#core/lib/errors.ts";
import { Amount, Currency, Instant, lazy, list, named, paging } from "#core/lib/schemas.ts";
import { PaymentView } from "#core/payment/schema.ts";

export * from "./attention-schema.ts";

const seatId = () => z.string().check(z.minLength(1), z.maxLength(200));
const eventId = () => z.string().check(z.maxLength(64));

export const NewOrder = named("NewOrder", () =>
  z.union([
    z.strictObject({
      eventId: eventId(),
      /** 1–20 different seats, and no more than the event's `maxSeatsPerOrder`. */
      seats: z.array(seatId()).check(
        z.minLength(1),
        z.maxLength(maxSeatsPerOrder),
        z.refine((seats) => new Set(seats).size === seats.length, "names a seat twice"),
      ),
    }),
    z.strictObject({
      eventId: eventId(),
      /** Best available, next to each other where possible. */
      pick: z.strictObject({
        quantity: z.int().check(z.minimum(1), z.maximum(maxSeatsPerOrder)),
        sectionId: z.optional(z.string().check(z.maxLength(64))),
        category: z.optional(z.string().check(z.maxLength(100))),
      }),
    }),
  ]),
);
export type NewOrder = z.infer<typeof NewOrder>;

export const orderStatuses = ["held", "paying", "confirmed", "refunding", "refunded", "released", "expired"] as const;
export const OrderStatus = lazy(() => z.enum(orderStatuses));
export type OrderStatus = z.infer<typeof OrderStatus>;

/** The statuses about which an e-mail is sent. */
export const mailKinds = ["confirmed", "refunded", "released"] as const;
export type MailKind = (typeof mailKinds)[number];

/**
 * Why an e-mail was not sent:
 * - `limit`: its address has reached the limit of e-mails a day
 * - `refused`: the mail service refused it
 */
export const unsentReasons = ["limit", "refused"] as const;
export type UnsentReason = (typeof unsentReasons)[number];

const order = () => ({
  orderId: z.string(),
  eventId: z.string(),
  status: OrderStatus,
  seats: z.array(
    z.object({
      seatId: z.string(),
      sectionId: z.string(),
      row: z.nullable(z.string()),
      number: z.nullable(z.string()),
      category: z.string(),
      price: Amount,
    }),
  ),
  total: Amount,
  currency: Currency,
  createdAt: Instant,
  payBy: Instant,
  payment: z.optional(PaymentView),
  /** It ended because its event was cancelled. */
  eventCancelled: z.optional(z.boolean()),
  /** E-mails about the order that were not sent, by status. */
  unsentMails: z.optional(z.array(z.object({ about: z.enum(mailKinds), reason: z.enum(unsentReasons) }))),
  /** Its e-mails go to this address, because an organiser has changed it. Without it they go to its account's address. */
  mailTo: z.optional(z.object({ email: z.string(), at: Instant })),
  /** From `confirmed` on. */
  tickets: z.optional(z.array(z.object({ ticketId: z.string(), seatId: z.string(), code: z.string() }))),
});

export const OrderView = named("Order", () => z.object(order()));
export type OrderView = z.infer<typeof OrderView>;
export const OrderList = named("OrderList", () => list(OrderView));

/** An order as an organiser sees it: with its owner, without ticket codes. */
export const AdminOrder = named("AdminOrder", () =>
  z.object({
    ...order(),
    userId: z.string(),
    email: z.optional(z.string()),
    /** As the owner sees it, with the organiser who changed it (a user id). */
    mailTo: z.optional(z.object({ email: z.string(), at: Instant, by: z.string() })),
  }),
);
export type AdminOrder = z.infer<typeof AdminOrder>;
export const MailAddress = named("MailAddress", () => z.strictObject({ email: email() }));
export const AdminOrderList = named("AdminOrderList", () => list(AdminOrder));
export const AdminOrderQuery = lazy(() =>
  z.object({
    eventId: z.string().check(z.maxLength(64)),
    /** The e-mail address of the buyer, or the one that the order's e-mails go to; a user id; an order id. */
    q: z.optional(z.string().check(z.maxLength(254))),
    status: z.optional(OrderStatus),
    ...paging,
  }),
);
export type AdminOrderQuery = z.infer<typeof AdminOrderQuery>;

/** A message of the mail queue. `askedAt` in epoch ms. */
export const MailRequest = lazy(() =>
  z.object({ kind: z.literal("order"), userId: z.string(), orderId: z.string(), askedAt: z.int() }),
);
export type MailRequest = z.infer<typeof MailRequest>;

export const Stats = named("Stats", () =>
  z.object({
    /** Null if the event has no queue, or Redis cannot be reached. */
    queue: z.nullable(z.object({ phase: z.string(), issued: z.int(), serving: z.int(), active: z.int() })),
    seats: z.object({ free: z.int(), held: z.int(), sold: z.int() }),
    orders: z.partialRecord(OrderStatus, z.int()),
    conflicts: z.int(),
    /** In minor units; larger than the limit of one order. */
    revenue: z.int().check(z.minimum(0)),
  }),
);
export type Stats = z.infer<typeof Stats>;

export const TooManyMails = define(
  "mail.too_many",
  429,
  "This was asked for too often within a quarter of an hour. Try again later.",
);
export const NoMail = define("order.no_mail", 409, "There is no e-mail about this order in its present state.");
export const OrderNotFound = define("order.not_found", 404, "You have no such order.");
export const SeatTaken = define("seat.taken", 409, "A seat of your choice is taken.");
export const SeatUnknown = define("seat.unknown", 422, "The event's plan has no such seat.");
export const NoneLeft = define("seat.none_left", 409, "Nothing that fits is free.");
export const LimitReached = define(
  "order.limit_reached",
  409,
  "This is more than one order, or one person, may have of this event.",
);
export const OpenExists = define(
  "order.open_exists",
  409,
  "You have an open order for this event: pay or release it first.",
);
export const OrderCooldown = define(
  "order.cooldown",
  409,
  "You have released or lost three holds of this event within ten minutes. Wait before you hold seats again.",
);
export const NotOnSale = define("event.not_onsale", 409, "The event is not on sale.");
export const OrderBusy = define(
  "order.busy",
  503,
  "Too many people want these seats at once. Nothing was decided: try again.",
);
export const OrderExpired = define("order.expired", 409, "The time to pay this order has passed.");
export const NotPayable = define("order.not_payable", 409, "This order cannot be paid in its present state.");
export const NotCancellable = define(
  "order.not_cancellable",
  409,
  "This order cannot be cancelled in its present state.",
);
