/** What all e-mails share: their blocks, their frame, and how each language writes times and amounts. Pure. */
import type { Locale } from "#core/account/schema.ts";

/** A link, or a text that a mail program would turn into a link. */
const LINKS = /\b(?:mailto|tel|sms):\S*|\bwww\.\S*|\w{0,20}:\/\/\S*/gi;
/** A dot within a word. With a space after it the word can be read, but is not the name of a site. */
const INNER_DOTS = /(?<=[^\s.])[.\u3002\uFF0E\uFF61](?=\p{L})/gu;

/** An organiser's text as one line, without links and without invisible characters. */
export const plain = (text: string): string =>
  text
    .replace(/\p{Cf}/gu, "")
    .replace(LINKS, " ")
    .replace(INNER_DOTS, "$& ")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();

/** Text that is no markup in HTML. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const clock = (language: string, timeZone: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language, { timeZone, day: "numeric", month: "short", minute: "2-digit", ...options });

const full = { weekday: "short", year: "numeric" } as const;
const h23 = { hour: "2-digit", hourCycle: "h23" } as const;
const h12 = { hour: "numeric" } as const;

type Clocks = { zone: string; seoul: Intl.DateTimeFormat; utc: Intl.DateTimeFormat };
const makeClocks: Record<Locale, () => Clocks> = {
  en: () => ({
    zone: "KST",
    seoul: clock("en-GB", "Asia/Seoul", { ...full, ...h23 }),
    utc: clock("en-GB", "UTC", h23),
  }),
  ko: () => ({
    zone: "한국\u00a0표준시",
    seoul: clock("ko", "Asia/Seoul", { ...full, ...h12 }),
    utc: clock("ko", "UTC", h12),
  }),
};

// They are made once, with the first letter, because making one takes longer than the rest of a letter.
const clocks: Partial<Record<Locale, Clocks>> = {};
const currencies = new Map<string, Intl.NumberFormat>();

/** A time in Seoul, where most events are, and in UTC for other readers. No line breaks between "오후" and its hour. */
export const moment = (at: number, locale: Locale): string => {
  clocks[locale] ??= makeClocks[locale]();
  const { zone, seoul, utc } = clocks[locale];
  return `${seoul.format(at)} ${zone} (${utc.format(at)} UTC)`.replace(/ (?=\d+:)/g, "\u00a0");
};

/** An amount in minor units, as its currency is written. */
export const money = (amount: number, currency: string, locale: Locale): string => {
  const key = `${locale} ${currency}`;
  const format = currencies.get(key) ?? new Intl.NumberFormat(locale, { style: "currency", currency });
  currencies.set(key, format);
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
};

/** A piece of an e-mail, in both of its versions. */
export type Block = { text: string; html: string };

export const paragraph = (...lines: string[]): Block => ({
  text: lines.join("\n"),
  html: `<p>${lines.map(escaped).join("<br>")}</p>`,
});

/** Names and values. A value is written in its own direction, whatever the language of the e-mail. */
export const facts = (rows: [name: string, value: string][]): Block => {
  const cells = ([name, value]: [string, string]) =>
    `<tr><td style="padding:2px 16px 2px 0;color:#666;white-space:nowrap;vertical-align:top">${escaped(name)}</td><td dir="auto">${escaped(value)}</td></tr>`;
  return {
    text: rows.map(([name, value]) => `${name}: ${value}`).join("\n"),
    html: `<table style="border-collapse:collapse">${rows.map(cells).join("")}</table>`,
  };
};

/** A code to enter somewhere: on a line of its own, and selected as a whole by one tap where the mail program allows it. */
export const code = (digits: string): Block => ({
  text: digits,
  html: `<p style="margin:24px 0;font:700 34px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:2px;user-select:all;-webkit-user-select:all">${escaped(digits)}</p>`,
});

export const link = (label: string, url: string): Block => ({
  text: `${label}: ${url}`,
  html: `<p><a href="${escaped(url)}">${escaped(label)}</a></p>`,
});

/** Both versions of an e-mail. Phones must not turn codes and ids into telephone numbers. */
export const page = (locale: Locale, title: string, blocks: Block[]): Block => ({
  text: `${blocks.map(({ text }) => text).join("\n\n")}\n`,
  html: `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="format-detection" content="telephone=no"><title>${escaped(title)}</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:600px;margin:0 auto;padding:16px;overflow-wrap:anywhere;word-break:keep-all">
${blocks.map(({ html }) => html).join("\n")}
</body></html>
`,
});
