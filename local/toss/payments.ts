/** Payments as Toss stores them: the window makes a payment, a confirmation takes its amount, cancellations return it. */
import { randomBytes } from "node:crypto";
import { Silence } from "#local/gateways/http.ts";
import { card } from "./cards.ts";
import { Refusal } from "./refusal.ts";

type Status = "READY" | "IN_PROGRESS" | "DONE" | "PARTIAL_CANCELED" | "CANCELED" | "ABORTED" | "EXPIRED";

export type Kept = {
  /** As the API answers it. */
  payment: ReturnType<typeof fresh> & { status: Status };
  /** ms since the epoch: when the window was opened, and when its buyer had done everything. */
  openedAt: number;
  authenticatedAt?: number;
  card?: string;
  confirmations: number;
  history: { at: string; status: string; amount: number }[];
};

/** Where payments are kept, the oldest first. */
type Store = {
  put: (kept: Kept) => Kept;
  payment: (paymentKey: string) => Kept | undefined;
  payments: () => Kept[];
};

export type Opening = { orderId: string; orderName: string; amount: number };
export type Tell = (kept: Kept) => Promise<void>;

/** A confirmation is possible for this long after the window. Later the payment cannot be confirmed, and it shows that after `expiryMs`. */
const confirmMs = 10 * 60_000;
const expiryMs = 30 * 60_000;

/** Toss's times are Seoul's. */
const seoul = (ms: number): string => `${new Date(ms + 9 * 3_600_000).toISOString().slice(0, 19)}+09:00`;
const newKey = (bytes: number): string => randomBytes(bytes).toString("base64url");
/** Value-added tax is a tenth of the amount before it. */
const vatOf = (amount: number): number => Math.round(amount / 11);

type Cancel = ReturnType<typeof cancelOf>;
const cancelOf = (cancelAmount: number, cancelReason: string, refundableAmount: number, at: number) => ({
  ...{ cancelAmount, cancelReason, refundableAmount, canceledAt: seoul(at), transactionKey: newKey(24) },
  ...{ taxFreeAmount: 0, taxExemptionAmount: 0, easyPayDiscountAmount: 0, receiptKey: null },
  ...{ cancelStatus: "DONE", cancelRequestId: null },
});

const amounts = (balance: number) => ({
  balanceAmount: balance,
  suppliedAmount: balance - vatOf(balance),
  vat: vatOf(balance),
});

const fresh = ({ orderId, orderName, amount }: Opening, at: number) => ({
  ...{ mId: "tosspayments", version: "2022-11-16", lastTransactionKey: null as string | null, type: "NORMAL" },
  ...{ paymentKey: `tossemulated${newKey(24)}`, orderId, orderName, method: null as string | null },
  ...{
    currency: "KRW",
    country: "KR",
    totalAmount: amount,
    ...amounts(amount),
    taxFreeAmount: 0,
    taxExemptionAmount: 0,
  },
  ...{ requestedAt: seoul(at), approvedAt: null as string | null, useEscrow: false, cultureExpense: false },
  ...{ isPartialCancelable: true, card: null as object | null, easyPay: null, virtualAccount: null, transfer: null },
  ...{ mobilePhone: null, giftCertificate: null, cashReceipt: null, cashReceipts: null, discount: null, secret: null },
  ...{ metadata: null, receipt: null as object | null, checkout: null as object | null },
  cancels: null as Cancel[] | null,
  failure: null as { code: string; message: string } | null,
});

const paidCard = (amount: number) => ({
  ...{ amount, issuerCode: "71", acquirerCode: "71", number: "12345678****000*", installmentPlanMonths: 0 },
  ...{ approveNo: "00000000", useCardPoint: false, cardType: "신용", ownerType: "개인", acquireStatus: "READY" },
  ...{ isInterestFree: false, interestPayer: null },
});

/** `now`: the time of an order, epoch ms. */
export const make = (store: Store, now: (orderId: string) => number, tell: Tell) => {
  const move = async (kept: Kept, status: Status, change: Partial<Kept["payment"]> = {}): Promise<Kept> => {
    const payment = { ...kept.payment, ...change, status };
    const history = [
      ...kept.history,
      { at: new Date(now(payment.orderId)).toISOString(), status, amount: payment.balanceAmount },
    ];
    const next = store.put({ ...kept, payment, history });
    const { webhooks } = card(kept.card);
    if (status === "READY") return next;
    // Toss sends the webhook after its answer
    if (webhooks === "early") await tell(next);
    else setImmediate(() => tell(next).then(() => (webhooks === "twice" ? tell(next) : undefined)));
    return next;
  };
  const failed = (kept: Kept, code: string, status: Status = "ABORTED") =>
    move(kept, status, { failure: { code, message: code } });

  /** The payment as it is at the present time. */
  const find = async (paymentKey: string): Promise<Kept> => {
    const kept = store.payment(paymentKey);
    if (!kept) throw new Refusal("NOT_FOUND_PAYMENT");
    const isOpen = kept.payment.status === "READY" || kept.payment.status === "IN_PROGRESS";
    return isOpen && now(kept.payment.orderId) - kept.openedAt > expiryMs
      ? failed(kept, "EXPIRED_PAYMENT", "EXPIRED")
      : kept;
  };

  const open = (opening: Opening): Promise<Kept> => {
    if (!/^[A-Za-z0-9_=-]{6,64}$/.test(opening.orderId)) throw new Refusal("INVALID_ORDER_ID");
    if (!Number.isInteger(opening.amount) || opening.amount < 100) throw new Refusal("BELOW_MINIMUM_AMOUNT");
    const openedAt = now(opening.orderId);
    const payment = { ...fresh(opening, openedAt), status: "READY" as const };
    return move({ payment, openedAt, confirmations: 0, history: [] }, "READY");
  };

  /** The buyer has chosen a card. Nothing is charged. */
  const authenticate = async (paymentKey: string, name: string): Promise<Kept> => {
    const kept = await find(paymentKey);
    if (kept.payment.status !== "READY") throw new Refusal("ALREADY_PROCESSED_PAYMENT");
    return move({ ...kept, card: name, authenticatedAt: now(kept.payment.orderId) }, "IN_PROGRESS", { method: "카드" });
  };

  /** The buyer or the card's company declines in the window. */
  const abort = async (paymentKey: string, code: string): Promise<Kept> => failed(await find(paymentKey), code);

  const confirm = async (paymentKey: string, orderId: string, amount: number): Promise<Kept> => {
    const kept = await find(paymentKey);
    const { status } = kept.payment;
    if (
      status === "EXPIRED" ||
      status === "READY" ||
      now(kept.payment.orderId) - (kept.authenticatedAt ?? 0) > confirmMs
    )
      throw new Refusal("NOT_FOUND_PAYMENT_SESSION");
    if (status !== "IN_PROGRESS") throw new Refusal("ALREADY_PROCESSED_PAYMENT");
    // of another order or amount: the payment is left alone
    if (kept.payment.orderId !== orderId) throw new Refusal("NOT_FOUND_PAYMENT_SESSION");
    if (kept.payment.totalAmount !== amount) throw new Refusal("INVALID_REQUEST");
    const isTaken = store.payments().some((other) => other.payment.orderId === orderId && other.payment.approvedAt);
    if (isTaken) throw new Refusal("DUPLICATED_ORDER_ID");
    const { decline, fault, always } = card(kept.card);
    const fails = always || kept.confirmations === 0 ? fault : undefined;
    const tried = store.put({ ...kept, confirmations: kept.confirmations + 1 });
    if (fails === "silent_before") throw new Silence();
    if (fails === "temporary") throw new Refusal("PROVIDER_ERROR");
    if (decline) {
      await failed(tried, decline);
      throw new Refusal(decline);
    }
    const done = await move(tried, "DONE", {
      ...{ approvedAt: seoul(now(orderId)), lastTransactionKey: newKey(24), card: paidCard(amount) },
      receipt: { url: `https://dashboard.tosspayments.com/receipt/redirection?transactionId=${paymentKey}` },
      checkout: { url: `https://api.tosspayments.com/v1/payments/${paymentKey}/checkout` },
    });
    if (fails === "silent_after") throw new Silence();
    return done;
  };

  const cancel = async (
    paymentKey: string,
    request: { cancelReason: string; cancelAmount?: number | undefined; refundableAmount?: number | undefined },
  ): Promise<Kept> => {
    const kept = await find(paymentKey);
    const { status, balanceAmount, cancels } = kept.payment;
    const amount = request.cancelAmount ?? balanceAmount;
    if (status === "CANCELED") throw new Refusal("ALREADY_CANCELED_PAYMENT");
    if (status !== "DONE" && status !== "PARTIAL_CANCELED") throw new Refusal("NOT_CANCELABLE_PAYMENT");
    if (request.refundableAmount !== undefined && request.refundableAmount !== balanceAmount)
      throw new Refusal("NOT_MATCHES_REFUNDABLE_AMOUNT");
    if (amount > balanceAmount) throw new Refusal("NOT_CANCELABLE_AMOUNT");
    const { refund, partialRefund } = card(kept.card);
    const refused = amount < balanceAmount ? (partialRefund ?? refund) : refund;
    if (refused) throw new Refusal(refused);
    const balance = balanceAmount - amount;
    const made = cancelOf(amount, request.cancelReason, balance, now(kept.payment.orderId));
    return move(kept, balance > 0 ? "PARTIAL_CANCELED" : "CANCELED", {
      ...amounts(balance),
      cancels: [...(cancels ?? []), made],
      lastTransactionKey: made.transactionKey,
    });
  };

  /** The payment of an order: one that was charged if there is one, else the newest. */
  const ofOrder = async (orderId: string): Promise<Kept> => {
    const all = store.payments().filter(({ payment }) => payment.orderId === orderId);
    const found = all.find(({ payment }) => payment.approvedAt) ?? all.at(-1);
    if (!found) throw new Refusal("NOT_FOUND_PAYMENT");
    return find(found.payment.paymentKey);
  };

  return { find, open, authenticate, abort, confirm, cancel, ofOrder };
};

export type Payments = ReturnType<typeof make>;
