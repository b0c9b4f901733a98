/** The result, for a person to read. */
import type { Outcome } from "./play.ts";
import type { Trick } from "./tricks.ts";

export const trickLines = (tricks: Trick[]): string[] =>
  tricks.map(
    ({ name, tried, got, answers }) =>
      `  ${got === 0 ? "✓" : "✗"} ${name.padEnd(54)} ${String(tried).padStart(5)} tried, ${got} got  ${JSON.stringify(answers)}`,
  );

const seconds = (value: number) => `${value.toFixed(1)} s`;
const share = (of: number, all: number) => `${of} (${Math.round((100 * of) / Math.max(1, all))} %)`;

const rows: [name: string, of: (outcome: Outcome) => string][] = [
  ["work for a place", ({ rules }) => (rules.difficulty === undefined ? "none" : `2^${rules.difficulty} hashes`)],
  ["scalper’s accounts, one core", ({ accounts }) => String(accounts.scalper)],
  ["… with a place before the opening", ({ places, accounts }) => share(places.inTime, accounts.scalper)],
  ["… with a place at the end", ({ places, accounts }) => share(places.all, accounts.scalper)],
  ["time until the last of them", ({ places }) => seconds(places.seconds)],
  ["CPU for a place", ({ cpu, places }) => `${(cpu / Math.max(1, places.all)).toFixed(2)} s`],
  ["honest accounts, a device each", ({ accounts }) => String(accounts.honest)],
  ["seats", ({ rules }) => String(rules.seats)],
  ["… the scalper’s", ({ seats, rules }) => share(seats.scalper, rules.seats)],
  ["… the honest crowd’s", ({ seats, rules }) => share(seats.honest, rules.seats)],
  ["scalper’s last seat after the opening", ({ lastSeat }) => seconds(lastSeat)],
  ["most seats of one account", ({ most, rules }) => `${most} of ${rules.limit}`],
  ["holds released and taken again", ({ abandoned }) => String(abandoned)],
];

/** One column per sale. */
export const table = (outcomes: Outcome[]): string =>
  rows.map(([name, of]) => `  ${name.padEnd(40)}${outcomes.map((each) => of(each).padStart(16)).join("")}`).join("\n");

/** Whether a scalper got more than an account may have. */
export const beaten = (outcomes: Outcome[], others: Trick[]): boolean =>
  [...outcomes.flatMap(({ tricks }) => tricks), ...others].some(({ got }) => got > 0) ||
  outcomes.some(({ most, rules }) => most > rules.limit);
