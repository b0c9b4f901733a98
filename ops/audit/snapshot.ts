/**
 * Everything that a sale has left behind, as plain facts: what the auditor judges, wherever it was read. The auditor shares no code
 * with what it judges but these shapes, which are the stored items' own fields (epoch ms, minor units).
 */

export type EventFacts = {
  eventId: string;
  title: string;
  currency: string;
  maxSeatsPerOrder: number;
  maxSeatsPerUser: number;
  sections: { sectionId: string; capacity: number }[];
  /** SHA-256 of the seed, hex. */
  commitment?: string;
  /** From the freeze on: how many were drawn, and by which seed (hex). */
  lobby?: number;
  seed?: string;
  queue: { enabled: boolean; maxActive: number; claimSeconds?: number };
};

export type SeatFacts = {
  eventId: string;
  sectionId: string;
  seatId: string;
  state: "held" | "sold";
  orderId: string;
  userId: string;
  heldUntil?: number;
  price?: number;
};

/** `provider` and `paymentId`: of a card's payment. */
export type AttemptFacts = {
  method: string;
  status?: string;
  reason?: string;
  disputed?: boolean;
  provider?: string;
  paymentId?: string;
  /** Its refund came back after it was done. */
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
  /** The last one begun or decided. */
  attemptId?: string;
  /** An organiser refunded it on purpose although tickets of it had let somebody in. */
  forced?: object;
  /** There while anything is owed at the payment gateway, also of a confirmed order or a declined payment. */
  open?: string;
  confirmedMailedAt?: number;
  refundedMailedAt?: number;
  releasedMailedAt?: number;
  confirmedUnsent?: string;
  refundedUnsent?: string;
  releasedUnsent?: string;
};

export type BasketFacts = { userId: string; eventId: string; openOrder?: string; bought: number };
export type CheckInFacts = { userId: string; ticketId: string };
export type WalletFacts = { userId: string; balance: number };
export type EntryFacts = { userId: string; entryId: string; kind: string; amount: number; orderId?: string };

/** A payment in the gateway's own book. `reference` begins with `<userId>.<orderId>.` where it pays for an order. */
export type PaymentFacts = {
  paymentId: string;
  /** Whose book it is in. */
  provider?: "sandbox" | "stripe" | "toss";
  reference: string;
  status: string;
  amount: number;
  refunded: number;
  /** What its buyer's bank has taken back, or wants to. */
  disputes?: { status: string }[];
};
export const mailKinds = ["confirmed", "refunded", "released"] as const;
export type MailFacts = { orderId: string; kind: (typeof mailKinds)[number]; at: number };

/** What a mail tells, by its subject. */
export const mailKind = (subject: string): MailFacts["kind"] => {
  if (subject.startsWith("Refunded:")) return "refunded";
  return subject.startsWith("Tickets void, nothing to pay:") ? "released" : "confirmed";
};

/** What the queue's Redis knows of an event. `number` is the place in line; a lobby visitor has an `index` from 1. */
export type PlaceFacts = { userId: string; index?: number; number?: number };
export type QueueFacts = {
  eventId: string;
  issued: number;
  serving: number;
  active: number;
  /** When each of the active was admitted, where it is known. */
  admissions?: number[];
  /** The room as it was until it was last made smaller. */
  narrowed?: { from: number; at: number };
  places: PlaceFacts[];
};

/** What visitors saw of the queue from outside, as a load run recorded it. Times in epoch ms. */
export type VisitorFacts = {
  eventId: string;
  userId: string;
  index?: number;
  number?: number;
  /** When the answer came that let them in. */
  admittedAt?: number;
  /** When they last asked to enter and were told that it was not their turn. */
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
  /** Undefined where there is none to read: a real provider's book, a real buyer's inbox. */
  payments?: PaymentFacts[] | undefined;
  mails?: MailFacts[] | undefined;
  messages?: { waiting: number; dead: number } | undefined;
  queues: QueueFacts[];
  visitors: VisitorFacts[];
};

/** Of nothing at all: for tests to put their facts into. */
export const empty = (at: number): Snapshot => ({
  at,
  events: [],
  seats: [],
  orders: [],
  baskets: [],
  checkIns: [],
  wallets: [],
  entries: [],
  payments: [],
  mails: [],
  messages: { waiting: 0, dead: 0 },
  queues: [],
  visitors: [],
});
