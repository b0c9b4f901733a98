/**
 * The data of a sale as plain facts, which the auditor judges. The auditor shares no code
 * with what it judges except these shapes, which are the stored items' own fields (epoch ms, minor units).
 */
import type { ProviderName } from "#core/gateway/schema.ts";

export type EventFacts = {
  eventId: string;
  title: string;
  currency: string;
  maxSeatsPerOrder: number;
  maxSeatsPerUser: number;
  sections: { sectionId: string; capacity: number }[];
  /** SHA-256 of the seed, hex. */
  commitment?: string;
  /** Set at the freeze: the number of places drawn, and the seed (hex). */
  lobby?: number;
  seed?: string;
  queue: { enabled: boolean; maxActive: number; claimSeconds?: number };
  organisationId?: string;
  startsAt?: number;
  draft?: boolean;
  deleted?: boolean;
  cancelled?: { finished?: boolean };
  postponed?: object;
  revision?: number;
  /** The change that wrote the event's entries in lists, and entries that are still to be removed. */
  listed?: string;
  stale?: object[];
};

/** An entry of an event's log, or of an organisation's. */
export type LogFacts = { of: string; action: string; changes?: Record<string, { to?: unknown }> };

export type SeatFacts = {
  eventId: string;
  sectionId: string;
  seatId: string;
  state: "held" | "sold";
  orderId: string;
  userId: string;
  heldUntil?: number;
  price?: number;
  /** Its ticket is checked in. */
  entered?: boolean;
};

/** `provider` and `paymentId` are set for a payment by card. */
export type AttemptFacts = {
  method: string;
  status?: string;
  reason?: string;
  disputed?: boolean;
  provider?: string;
  paymentId?: string;
  /** Its refund failed after it had succeeded. */
  refundFailedAt?: number;
  /** An organiser has returned its money by other means than the gateway. */
  returnedOtherwise?: object;
};

export type OrderFacts = {
  userId: string;
  orderId: string;
  eventId: string;
  status: "held" | "paying" | "confirmed" | "refunding" | "refunded" | "released";
  seats: { seatId: string; sectionId: string; price: number }[];
  total: number;
  heldUntil: number;
  /** By attempt id. */
  attempts?: Record<string, AttemptFacts>;
  /** The last attempt that began or was decided. */
  attemptId?: string;
  /** An organiser refunded it although tickets had been used. */
  forced?: object;
  /** Set while anything is owed at the payment gateway, also for a confirmed order or a declined payment. */
  open?: string;
  confirmedMailedAt?: number;
  refundedMailedAt?: number;
  releasedMailedAt?: number;
  confirmedUnsent?: string;
  refundedUnsent?: string;
  releasedUnsent?: string;
  /** Its owner asked for a mail again. */
  mailAgainAt?: number;
};

export type BasketFacts = { userId: string; eventId: string; openOrder?: string; bought: number };
export type CheckInFacts = { userId: string; ticketId: string };
export type WalletFacts = { userId: string; balance: number };
export type EntryFacts = {
  userId: string;
  entryId: string;
  kind: string;
  amount: number;
  /** After it. */
  balance?: number;
  orderId?: string;
};
/** A charge by card. `payback` is its last refund, and `paidBack` the sum of those that arrived. */
export type ChargeFacts = {
  userId: string;
  chargeId: string;
  state: string;
  paymentId: string;
  payback?: { amount: number };
  paidBack?: number;
};

/** A payment in the gateway's ledger. `reference` begins with `<userId>.<orderId>.` if it pays for an order. */
export type PaymentFacts = {
  paymentId: string;
  /** The gateway. */
  provider?: ProviderName;
  reference: string;
  status: string;
  amount: number;
  refunded: number;
  /** The dispute of the buyer's bank. */
  disputes?: { status: string }[];
};
export const mailKinds = ["confirmed", "refunded", "released"] as const;
export type MailFacts = { orderId: string; kind: (typeof mailKinds)[number]; at: number };

/** The kind of a mail about an order, by its subject in English or Korean. */
export const mailKind = (subject: string): MailFacts["kind"] => {
  if (/^((Event cancelled, r|R)efunded|(일정 취소, )?환불 완료):/.test(subject)) return "refunded";
  return /^(Tickets void, nothing to pay|티켓 무효, 청구 금액 없음):/.test(subject) ? "released" : "confirmed";
};

/** Whether a mail is about a change of an event. It names its orders, and is not about their status. */
export const isAboutEvent = (subject: string): boolean => /^(Changed|New date|변경 안내|날짜 변경):/.test(subject);

/** The queue's data in Redis for an event. `number` is the place in line. A lobby visitor has an `index` from 1. */
export type PlaceFacts = { userId: string; index?: number; number?: number };
export type QueueFacts = {
  eventId: string;
  issued: number;
  serving: number;
  active: number;
  /** When each active visitor was admitted, if known. */
  admissions?: number[];
  /** The capacity before it was last lowered. */
  narrowed?: { from: number; at: number };
  places: PlaceFacts[];
};

/** What visitors saw in the queue, as a load test recorded it. Times in epoch ms. */
export type VisitorFacts = {
  eventId: string;
  userId: string;
  index?: number;
  number?: number;
  /** When the answer came that admitted them. */
  admittedAt?: number;
  /** When they were last told that it was not their turn. */
  refusedAt?: number;
};

export type Snapshot = {
  /** When reading began. */
  at: number;
  events: EventFacts[];
  seats: SeatFacts[];
  orders: OrderFacts[];
  baskets: BasketFacts[];
  checkIns: CheckInFacts[];
  wallets: WalletFacts[];
  entries: EntryFacts[];
  charges: ChargeFacts[];
  /** Undefined if it cannot be read: a real provider's payments, a real buyer's inbox. */
  payments?: PaymentFacts[] | undefined;
  mails?: MailFacts[] | undefined;
  messages?: { waiting: number; dead: number } | undefined;
  queues: QueueFacts[];
  visitors: VisitorFacts[];
  log: LogFacts[];
  /** Of organisations' lists: the organisation's id, a space, and an event's position. Undefined if not all events are read. */
  lists?: string[] | undefined;
};

/** An empty snapshot, to which tests add their facts. */
export const empty = (at: number): Snapshot => ({
  at,
  events: [],
  seats: [],
  orders: [],
  baskets: [],
  checkIns: [],
  wallets: [],
  entries: [],
  charges: [],
  payments: [],
  mails: [],
  messages: { waiting: 0, dead: 0 },
  queues: [],
  visitors: [],
  log: [],
  lists: [],
});
