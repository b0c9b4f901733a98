import { crc32, inflateSync } from "node:zlib";
import { encode } from "uqr";
import { expect, test } from "vitest";
import type { Event } from "#core/catalog/schema.ts";
import { money, plain } from "#core/lib/letter.ts";
import * as Mime from "#core/lib/mime.ts";
import { mailKinds } from "#core/order/schema.ts";
import * as Letter from "#core/ticket/letter.ts";
import * as Qr from "#core/ticket/qr.ts";
import { mailKind } from "#ops/audit/snapshot.ts";

const now = Date.UTC(2026, 10, 21, 9, 0, 0);
const event = {
  eventId: "evt_1",
  kind: "concert",
  title: '서울의 밤 <b>& "fin"</b>',
  venue: "Hall; 1, \\ 서울",
  startsAt: Date.UTC(2026, 11, 24, 10, 0, 0),
  sections: [{ sectionId: "A", name: "1층 A구역", kind: "seated", capacity: 10 }],
} as unknown as Event;
const seat = { seatId: "A-1-1", sectionId: "A", row: "1", number: "1", category: "R석", price: 20_000 };

const letter = (more: Partial<Letter.Letter> = {}): Letter.Letter => ({
  kind: "confirmed",
  locale: "en",
  byCard: false,
  order: { orderId: "ord_1", seats: [seat], total: 20_000, currency: "KRW" },
  tickets: [{ ticketId: "tkt_1_1", seatId: "A-1-1", code: "a.b.c" }],
  event,
  to: "buyer@onsale.test",
  from: "Onsale <tickets@onsale.test>",
  publicUrl: "https://onsale.test",
  now,
  ...more,
});

test("titles and section names are text in the HTML, never markup", () => {
  const sections = [{ ...event.sections[0], name: "<script>alert(1)</script>" }] as Event["sections"];
  const { html } = Letter.compose(letter({ event: { ...event, sections } }));
  expect(html).not.toMatch(/<script>|<b>"/);
  expect(html).toContain("&#60;script&#62;alert(1)");
  expect(html).toContain("서울의 밤 &#60;b&#62;&#38; &#34;fin&#34;");
});

test("the text part has what the HTML shows, codes included", () => {
  const { text } = Letter.compose(letter());
  for (const part of [event.title, "1층 A구역, row 1, seat 1 · R석", "₩20,000", "tkt_1_1", "a.b.c", "ord_1"])
    expect(text).toContain(part);
  expect(text).toContain("Thu, 24 Dec 2026,\u00a019:00 KST (24 Dec,\u00a010:00 UTC)");
});

test("an e-mail in Korean says the same in Korean, and says of itself that it is Korean", () => {
  const { subject, text, html, files } = Letter.compose(letter({ locale: "ko" }));
  expect(subject).toBe(`예매 완료: ${event.title}`);
  expect(html).toContain('<html lang="ko">');
  expect(Letter.compose(letter()).html).toContain('<html lang="en">');
  for (const part of [event.title, "1층 A구역 1열 1번 · R석", "결제 금액: ₩20,000", "tkt_1_1", "a.b.c", "ord_1"])
    expect(text).toContain(part);
  expect(text).toContain("2026년 12월 24일 (목) 오후\u00a07:00 한국\u00a0표준시 (12월 24일 오전\u00a010:00 UTC)");
  expect(String(files[0]?.content).replaceAll("\r\n ", "")).toContain("DESCRIPTION:1층 A구역 1열 1번 · R석\r\n");
});

test.each(["en", "ko"] as const)("the audit knows an e-mail in %s by its subject", (locale) => {
  for (const kind of mailKinds) expect(mailKind(Letter.compose(letter({ kind, locale })).subject)).toBe(kind);
});

test("a row or a seat that an event does not have is not in the e-mail", () => {
  const order = { orderId: "ord_1", seats: [{ ...seat, row: null, number: null }], total: 1, currency: "KRW" };
  expect(Letter.compose(letter({ order })).text).toContain("\n1층 A구역 · R석\n");
  expect(Letter.compose(letter({ order, locale: "ko" })).text).toContain("\n1층 A구역 · R석\n");
});

const refunds = [
  [{ kind: "refunded" }, "₩20,000 전액을 지갑으로 돌려드렸습니다"],
  [{ kind: "refunded", byCard: true }, "₩20,000 전액이 환불되었거나 승인이 취소되었습니다"],
  [{ kind: "refunded", byCard: true, otherwise: true }, "₩20,000 전액을 다른 방법으로 돌려드렸다고"],
  [{ kind: "released", byCard: true }, "결제 금액은 청구되지 않습니다"],
] as const;
test.each(refunds)("in Korean, %j says where the money is", (more, said) => {
  const { text, html } = Letter.compose(letter({ locale: "ko", tickets: [], ...more }));
  for (const part of [text, html]) expect(part).toContain(said);
});

test.each([
  ["Win at https://evil.test/x?y now", "Win at now"],
  ["www.evil.test: tickets", "tickets"],
  ["evil.test/login and EVIL.TEST", "evil. test/login and EVIL. TEST"],
  ["mail win@evil.test or mailto:win@evil.test", "mail win@evil. test or"],
  ["evil。test evil．test", "evil。 test evil． test"],
  ["ev\u200bil\u200b.test \u202egnp.\u0000\r\nBcc: x", "evil. test gnp. Bcc: x"],
  ["javascript://alert ftp://a.b", ""],
  ["St. Vincent, vol. 2 … 서울의 밤 5.1", "St. Vincent, vol. 2 … 서울의 밤 5.1"],
  ["will.i.am", "will. i. am"],
])("%j is written as %j: nothing in it is a link", (given, written) => {
  expect(plain(given)).toBe(written);
});

test("text of an organiser never becomes a link", () => {
  const link = "https://evil.test/pay";
  const odd = { ...seat, row: link, number: "www.evil.test", category: "evil.test" };
  const sections = [{ ...event.sections[0], name: `A ${link}` }] as Event["sections"];
  const all = mailKinds.flatMap((kind) => [{ kind, locale: "en" } as const, { kind, locale: "ko" } as const]);
  for (const one of all) {
    const mail = Letter.compose(
      letter({
        ...one,
        event: { ...event, title: link, venue: `Hall ${link}`, sections },
        order: { orderId: "ord_1", seats: [odd], total: 1, currency: "KRW" },
      }),
    );
    for (const part of [mail.subject, mail.text, mail.html, mail.files[0]?.content])
      expect(part).not.toMatch(/evil\.test/);
    expect(mail.subject).toMatch(/: (Your event|예매하신 일정)$/);
  }
});

test("a refund carries no ticket and takes the event out of the calendar", () => {
  const mail = Letter.compose(letter({ kind: "refunded", tickets: [] }));
  expect(mail.images).toEqual([]);
  expect(mail.text).toContain("₩20,000 was returned to your wallet");
  expect(mail.files[0]?.content).toContain("METHOD:CANCEL");
  expect(mail.files[0]?.content).toContain("STATUS:CANCELLED");
});

test("a card's refund has a text that is also true if nothing was captured", () => {
  const { text, html } = Letter.compose(letter({ kind: "refunded", byCard: true, tickets: [] }));
  for (const part of [text, html]) {
    expect(part).toContain("₩20,000 was returned, or was never taken");
    expect(part).not.toMatch(/went back|credited/);
  }
});

test("a refund that the organiser made in another way does not say that the card was refunded", () => {
  const { text, html } = Letter.compose(letter({ kind: "refunded", byCard: true, otherwise: true, tickets: [] }));
  for (const part of [text, html]) {
    expect(part).toContain("The organiser says that ₩20,000 was returned to you in another way");
    expect(part).not.toMatch(/card is not charged|went back/);
  }
});

test("the mail of a failed capture says that tickets are void, nothing is to pay and the seats are gone", () => {
  const mail = Letter.compose(letter({ kind: "released", byCard: true, tickets: [] }));
  expect(mail.subject).toBe(`Tickets void, nothing to pay: ${event.title}`);
  for (const part of [mail.text, mail.html])
    for (const said of [/tickets are void/, /you do not pay/, /seats are no longer yours/, /buy tickets again/])
      expect(part).toMatch(said);
  expect(mail.images).toEqual([]);
  expect(mail.files[0]?.content).toContain("METHOD:CANCEL");
  expect(mail.files[0]?.content).toContain("STATUS:CANCELLED");
});

test.each([
  [123_456, "KRW", "en", "₩123,456"],
  [123_456, "USD", "en", "$1,234.56"],
  [0, "KRW", "en", "₩0"],
  [123_456, "KRW", "ko", "₩123,456"],
  [123_456, "USD", "ko", "US$1,234.56"],
] as const)("%i of %s is in %s %s", (amount, currency, locale, written) => {
  expect(money(amount, currency, locale)).toBe(written);
});

/** RFC 5545 content lines, unfolded. */
const properties = (text: string) => {
  expect(text.endsWith("\r\n")).toBe(true);
  expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  for (const line of text.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  return text
    .replaceAll("\r\n ", "")
    .trim()
    .split("\r\n")
    .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)] as [string, string]);
};

test("the calendar file is valid: its lines, its properties, its escapes", () => {
  const long = { ...event, title: "긴".repeat(90), flight: undefined } as Event;
  const file = Letter.compose(letter({ event: long })).files[0];
  const lines = properties(String(file?.content));
  expect(lines.map(([name]) => name)).toEqual([
    ...["BEGIN", "VERSION", "PRODID", "METHOD", "BEGIN", "UID", "DTSTAMP", "SEQUENCE", "STATUS", "ORGANIZER"],
    ...["DTSTART", "SUMMARY", "LOCATION", "DESCRIPTION", "END", "END"],
  ]);
  const value = Object.fromEntries(lines);
  expect(value).toMatchObject({
    VERSION: "2.0",
    UID: "ord_1@onsale",
    DTSTAMP: "20261121T090000Z",
    DTSTART: "20261224T100000Z",
    SUMMARY: long.title,
    LOCATION: "Hall\\; 1\\, \\\\ 서울",
    ORGANIZER: "mailto:tickets@onsale.test",
  });
  expect(file?.type).toBe("text/calendar; charset=utf-8; method=PUBLISH");
});

test("a flight's entry lasts from departure to its arrival", () => {
  const flight = {
    origin: "ICN",
    destination: "CJU",
    departsAt: "2026-12-24T01:00:00.000Z",
    arrivesAt: "2026-12-24T02:10:00.000Z",
  };
  const file = Letter.compose(letter({ event: { ...event, flight } as Event })).files[0];
  expect(Object.fromEntries(properties(String(file?.content)))).toMatchObject({
    DTSTART: "20261224T010000Z",
    DTEND: "20261224T021000Z",
  });
});

test("names, titles and addresses cannot add", () => {
  const evil = "a\r\nBcc: thief@onsale.test\r\n\r\n<h1>--=_onsale_mixed_=";
  const mail = Letter.compose(letter({ event: { ...event, title: evil, venue: evil }, to: evil }));
  const [head = ""] = Mime.compose(mail).toString("latin1").split("\r\n\r\n");
  expect(
    head
      .replaceAll("\r\n ", "")
      .split("\r\n")
      .map((line) => line.split(":")[0]),
  ).toEqual([...["From", "To", "Subject", "Date", "MIME-Version", "Auto-Submitted", "Content-Type"]]);
});

test("every line of a message is ASCII and short enough for SMTP", () => {
  const bytes = Mime.compose(Letter.compose(letter({ event: { ...event, title: "긴 제목 ".repeat(40) } })));
  for (const line of bytes.toString("latin1").split("\r\n")) {
    expect(line.length).toBeLessThanOrEqual(100);
    expect(line).toMatch(/^[\x20-\x7e]*$/);
  }
});

test("the PNG has exactly the QR's modules, with right checksums", () => {
  const scale = 3;
  const code = `${"x".repeat(180)}.${"y".repeat(86)}`;
  const { data, size } = encode(code, { ecc: "M", border: 4, maskPattern: 2 });
  const chunks: Record<string, Buffer> = {};
  const bytes = Qr.png(code, scale);
  expect(bytes.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    chunks[body.subarray(0, 4).toString()] = body.subarray(4);
    at += 12 + length;
  }
  expect(Object.keys(chunks)).toEqual(["IHDR", "IDAT", "IEND"]);
  expect([chunks.IHDR?.readUInt32BE(0), chunks.IHDR?.readUInt32BE(4)]).toEqual([size * scale, size * scale]);
  const pixels = inflateSync(chunks.IDAT ?? Buffer.alloc(0));
  const stride = 1 + Math.ceil((size * scale) / 8);
  expect(pixels).toHaveLength(stride * size * scale);
  const dark = (x: number, y: number) => !((pixels[y * stride + 1 + (x >> 3)] ?? 0) & (0x80 >> (x & 7)));
  for (let y = 0; y < size * scale; y++)
    for (let x = 0; x < size * scale; x++)
      if (dark(x, y) !== data[Math.floor(y / scale)]?.[Math.floor(x / scale)]) throw new Error(`pixel ${x},${y}`);
});
