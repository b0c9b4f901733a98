/** The texts of the e-mail about a changed event in each language. */
import type { Locale } from "#core/account/schema.ts";
import type { Fact } from "./changes.ts";

export type Words = {
  subject: { changed: string; postponed: string };
  hello: string;
  news: { changed: string; postponed: string };
  /** Until when a ticket of a postponed event can be returned. */
  refundUntil: (when: string) => string;
  names: Record<Fact, string>;
  event: string;
  /** The old and the new value. */
  change: (from: string, to: string) => string;
  calendar: string;
  order: (orderId: string) => string;
  untitled: string;
};

const en: Words = {
  subject: { changed: "Changed", postponed: "New date" },
  hello: "Hello,",
  news: {
    changed: "the organiser has changed an event for which you have tickets. Your tickets stay valid.",
    postponed: "the organiser has moved an event for which you have tickets. Your tickets are valid on the new date.",
  },
  refundUntil: (when) => `If you cannot come, you can return your tickets until ${when} and get your money back.`,
  names: {
    title: "Title",
    venue: "Venue",
    startsAt: "Starts",
    "flight.origin": "From",
    "flight.destination": "To",
    "flight.departsAt": "Departs",
    "flight.arrivesAt": "Arrives",
  },
  event: "Event",
  change: (from, to) => `${to} (before: ${from})`,
  calendar: "The attached file updates the entry in your calendar.",
  order: (orderId) => `Order ${orderId}`,
  untitled: "Your event",
};

const ko: Words = {
  subject: { changed: "변경 안내", postponed: "날짜 변경" },
  hello: "안녕하세요.",
  news: {
    changed: "예매하신 일정의 내용이 변경되었습니다. 티켓은 그대로 사용하실 수 있습니다.",
    postponed: "예매하신 일정의 날짜가 변경되었습니다. 티켓은 새 날짜에 그대로 사용하실 수 있습니다.",
  },
  refundUntil: (when) => `참석이 어려우시면 ${when}까지 예매를 취소하고 환불받으실 수 있습니다.`,
  names: {
    title: "제목",
    venue: "장소",
    startsAt: "시작",
    "flight.origin": "출발지",
    "flight.destination": "도착지",
    "flight.departsAt": "출발",
    "flight.arrivesAt": "도착",
  },
  event: "일정",
  change: (from, to) => `${to} (변경 전: ${from})`,
  calendar: "첨부된 파일을 여시면 캘린더의 일정이 업데이트됩니다.",
  order: (orderId) => `주문 ${orderId}`,
  untitled: "예매하신 일정",
};

export const words: Record<Locale, Words> = { en, ko };
