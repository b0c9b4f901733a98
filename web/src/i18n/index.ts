/** The pages' texts in the reader's language, and its formats of dates, money and numbers. */
import type { Words } from "./en/index.ts";

export type Language = "en" | "ko";
const KEY = "onsale:language";

/** The texts of the present language; a live binding. */
export let w: Words;
export let language: Language = "en";

const loaders: Record<Language, () => Promise<Words>> = {
  en: () => import("./en/index.ts").then((module) => module.en),
  ko: () => import("./ko/index.ts").then((module) => module.ko),
};

const wanted = (): Language => {
  const kept = localStorage.getItem(KEY);
  if (kept === "en" || kept === "ko") return kept;
  const first = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === "ko" || tag === "en");
  return first === "ko" ? "ko" : "en";
};

/** Further dictionaries that are loaded already. They change language together. */
const packs = new Set<() => Promise<void>>();
export const alongside = (load: () => Promise<void>): void => {
  packs.add(load);
};

export const speak = async (next: Language = wanted()): Promise<void> => {
  w = await loaders[next]();
  language = next;
  await Promise.all([...packs].map((load) => load()));
  document.documentElement.lang = next;
};

export const choose = async (next: Language): Promise<void> => {
  localStorage.setItem(KEY, next);
  await speak(next);
};

const kept = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();
const once = <T extends Intl.DateTimeFormat | Intl.NumberFormat>(key: string, make: () => T): T => {
  const name = `${language} ${key}`;
  const found = (kept.get(name) as T | undefined) ?? make();
  kept.set(name, found);
  return found;
};

const dates = {
  full: {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  },
  long: { weekday: "short", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" },
  short: { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" },
  year: { day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit" },
  day: { weekday: "short", day: "numeric", month: "short" },
  month: { month: "long", year: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  second: { hour: "numeric", minute: "2-digit", second: "2-digit" },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** A time in the reader's own time zone. */
export const date = (at: string | number, style: keyof typeof dates = "long"): string =>
  once(`date ${style}`, () => new Intl.DateTimeFormat(language === "en" ? "en-GB" : "ko", dates[style])).format(
    new Date(at),
  );

export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const number = (value: number): string => once("number", () => new Intl.NumberFormat(language)).format(value);

const amounts = (currency: string): Intl.NumberFormat =>
  once(
    `money ${currency}`,
    () =>
      new Intl.NumberFormat(language, {
        style: "currency",
        currency,
        currencyDisplay: "narrowSymbol",
        minimumFractionDigits: 0,
      }),
  );

/** The digits after the point that a currency's minor unit stands for. */
export const minor = (currency: string): number => amounts(currency).resolvedOptions().maximumFractionDigits ?? 0;

/** An amount in the currency's minor unit. */
export const money = (amount: number, currency: string): string =>
  amounts(currency).format(amount / 10 ** minor(currency));
