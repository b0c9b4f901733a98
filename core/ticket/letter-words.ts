/** The texts of an order's e-mails in each language. */
import type { Locale } from "#core/account/schema.ts";
import type { MailKind } from "#core/order/schema.ts";

export type Words = {
  subjects: Record<MailKind, string>;
  hello: string;
  /** What has happened. */
  news: Record<MailKind, string>;
  /** In place of the subject and the news of a refund, if the event was cancelled. */
  eventCancelled: { subject: string; news: string; reason: (text: string) => string };
  /** Where the money of a refund is. */
  returned: Record<"points" | "card" | "otherwise", (total: string) => string>;
  names: Record<"event" | "venue" | "starts" | "order" | "paid" | "total", string>;
  /** A seat without its category. */
  seat: (section: string, row: string | null, number: string | null) => string;
  qr: (ticketId: string) => string;
  link: string;
  /** In place of a title that consists of links only. */
  untitled: string;
};

const en: Words = {
  subjects: { confirmed: "Your tickets", refunded: "Refunded", released: "Tickets void, nothing to pay" },
  hello: "Hello,",
  news: {
    confirmed: "your order is confirmed. Show each ticket's code at the entrance. A code admits one person, once.",
    refunded: "your order was cancelled, and its tickets are no longer valid.",
    released:
      "your order was confirmed, but then the payment provider did not take the money, or returned it. Your tickets are void, the seats are no longer yours, and you do not pay. If the sale is still open, you can buy tickets again.",
  },
  eventCancelled: {
    subject: "Event cancelled, refunded",
    news: "the organiser has cancelled this event. It does not take place, and your tickets are no longer valid.",
    reason: (text) => `The organiser writes: ${text}`,
  },
  returned: {
    points: (total) => `${total} was returned to your wallet.`,
    // An authorisation without a capture is released, so there is no money to return.
    card: (total) =>
      `Your card is not charged for it: ${total} was returned, or was never taken. Your bank may take a few days to show it.`,
    otherwise: (total) =>
      `The refund to your card was not possible. The organiser says that ${total} was returned to you in another way.`,
  },
  names: { event: "Event", venue: "Venue", starts: "Starts", order: "Order", paid: "Paid", total: "Total" },
  seat: (section, row, number) =>
    `${section}${row === null ? "" : `, row ${row}`}${number === null ? "" : `, seat ${number}`}`,
  qr: (ticketId) => `QR code of ticket ${ticketId}`,
  link: "Your order",
  untitled: "Your event",
};

const ko: Words = {
  subjects: { confirmed: "예매 완료", refunded: "환불 완료", released: "티켓 무효, 청구 금액 없음" },
  hello: "안녕하세요.",
  news: {
    confirmed:
      "예매가 완료되었습니다. 입장하실 때 각 티켓의 QR 코드를 보여 주세요. 코드 하나로 한 분이 한 번 입장하실 수 있습니다.",
    refunded: "예매가 취소되어 티켓을 더 이상 사용하실 수 없습니다.",
    released:
      "예매가 확정된 뒤 결제 대행사에서 대금이 결제되지 않았거나 환불되었습니다. 티켓은 무효가 되었고 좌석도 더 이상 확보되어 있지 않으며, 결제 금액은 청구되지 않습니다. 판매가 진행 중이면 다시 구매하실 수 있습니다.",
  },
  eventCancelled: {
    subject: "일정 취소, 환불 완료",
    news: "주최자가 이 일정을 취소했습니다. 일정이 진행되지 않으며 티켓을 더 이상 사용하실 수 없습니다.",
    reason: (text) => `주최자 안내: ${text}`,
  },
  returned: {
    points: (total) => `${total} 전액을 지갑으로 돌려드렸습니다.`,
    card: (total) =>
      `이 주문의 카드 대금은 청구되지 않습니다. ${total} 전액이 환불되었거나 승인이 취소되었습니다. 카드사에 표시되기까지 며칠 걸릴 수 있습니다.`,
    otherwise: (total) =>
      `카드로는 환불할 수 없었습니다. 주최자가 ${total} 전액을 다른 방법으로 돌려드렸다고 알려 왔습니다.`,
  },
  names: { event: "일정", venue: "장소", starts: "시작", order: "주문", paid: "결제 금액", total: "합계" },
  seat: (section, row, number) =>
    [section, row && (/열$/.test(row) ? row : `${row}열`), number && `${number}번`].filter(Boolean).join(" "),
  qr: (ticketId) => `티켓 ${ticketId} QR 코드`,
  link: "주문 보기",
  untitled: "예매하신 일정",
};

export const words: Record<Locale, Words> = { en, ko };
