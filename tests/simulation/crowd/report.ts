/** The result of a chaos run, as a table for a terminal and as figures for a file. */
import { counts, type Report } from "../report.ts";
import type { Result } from "./chaos.ts";
import type { Second } from "./latency.ts";
import { all, bound, JUDGED, percentile, rate, STEPS, type StepName } from "./latency.ts";

/** Seconds within which the system must be as fast as before. */
const RETURN_SECONDS = 30;

/** A run in which no sale sold out proves nothing. */
const passed = ({ violations, returned, tally }: Result): boolean =>
  violations.length === 0 && tally.sales.soldOut > 0 && returned !== undefined && returned <= RETURN_SECONDS;

const ms = (value: number | undefined): string => (value === undefined ? "–" : `${Math.round(value)} ms`);

const parts = ({ normal, struck, after }: Result): Record<string, Second[]> => ({
  ...{ normal, struck, after },
  [`after ${RETURN_SECONDS} s`]: after.slice(RETURN_SECONDS),
});

const latencies = (result: Result): string[] => {
  const row = (name: string, cells: string[]) =>
    `  ${name.padEnd(24)}${cells.map((cell) => cell.padStart(14)).join("")}`;
  const each = Object.values(parts(result));
  const of = (step: StepName, p: number) => each.map((seconds) => ms(percentile(all(seconds, step), p)));
  return [
    row("", Object.keys(parts(result))),
    row(
      "bookings/s",
      each.map((part) => rate(part).toFixed(1)),
    ),
    ...STEPS.flatMap((step) => [row(`${step} p50`, of(step, 0.5)), row(`${step} p95`, of(step, 0.95))]),
  ];
};

const summary = (result: Result): string[] => {
  const { tally, faults, audit, normal, after, returned, buyers, struck } = result;
  const { sales, ends } = tally;
  const looked = audit.verdicts.reduce((sum, verdict) => sum + verdict.looked, 0);
  const bounds = JUDGED.map((step) => `${step} ${ms(bound(normal, step))}`).join(", ");
  const back = returned === undefined ? `not within ${after.length} s` : `after ${returned} s`;
  return [
    `${sales.begun} sales (${sales.soldOut} to the last seat, ${sales.audited} judged), ${tally.buyers} buyers, ${buyers} at a time; faults for ${struck.length} s`,
    ...latencies(result),
    `  normal is, as p95 of ten seconds: ${bounds}; again ${back} (at most ${RETURN_SECONDS} s)`,
    `ends: ${counts(ends)}`,
    `switched on: ${counts(faults.map(({ kind, times }) => [kind, times] as const))}`,
    `e-mails sent again because a fault had lost the answer: ${result.repeatedMails}`,
    `audit: ${audit.verdicts.length} invariants over ${looked} facts, ${audit.clean ? "clean" : "NOT CLEAN"}`,
  ];
};

const measured = (seconds: Second[]) => {
  const of = (step: StepName) => {
    const ms = all(seconds, step);
    return [step, { count: ms.length, p50: percentile(ms, 0.5), p95: percentile(ms, 0.95) }];
  };
  return {
    ...{ seconds: seconds.length, bookingsPerSecond: rate(seconds) },
    ...Object.fromEntries(STEPS.map(of)),
  };
};

/** Latencies by part of the run instead of each answer's. */
const figures = (result: Result) => {
  const { normal, struck, after, tally, buyers, returned, faults, repeatedMails, audit } = result;
  return {
    ...{ buyers, returned, faults, repeatedMails, audit, sales: tally.sales, visitors: tally.buyers },
    ends: Object.fromEntries(tally.ends),
    parts: Object.fromEntries(Object.entries(parts(result)).map(([name, seconds]) => [name, measured(seconds)])),
    everySecond: [...normal, ...struck, ...after].map((second) => ({
      booked: second.booked,
      hold: percentile(second.hold, 0.95),
      pay: percentile(second.pay, 0.95),
    })),
  };
};

export const report = (result: Result): Report => ({
  ...{ seed: result.seed, passed: passed(result), violations: result.violations },
  struck: Object.fromEntries(result.faults.map(({ kind, struck }) => [kind, struck])),
  ...{ lines: summary(result), figures: figures(result) },
});
