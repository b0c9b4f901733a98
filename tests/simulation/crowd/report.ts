/** What came of a storm, as a table for a terminal. */
import type { Second } from "./latency.ts";
import { all, bound, JUDGED, percentile, rate, STEPS, type StepName } from "./latency.ts";
import type { Result } from "./storm.ts";

/** Seconds within which a system that was struck is as fast as before. */
export const RETURN = 30;

/** A run that sold nothing out has shown nothing. */
export const passed = ({ violations, returned, tally }: Result): boolean =>
  violations.length === 0 && tally.sales.soldOut > 0 && returned !== undefined && returned <= RETURN;

const ms = (value: number | undefined): string => (value === undefined ? "–" : `${Math.round(value)} ms`);

const latencies = ({ normal, storm, after }: Result): string[] => {
  const row = (name: string, cells: string[]) =>
    `  ${name.padEnd(24)}${cells.map((cell) => cell.padStart(14)).join("")}`;
  const of = (step: StepName, p: number) =>
    [normal, storm, after, after.slice(RETURN)].map((seconds) => ms(percentile(all(seconds, step), p)));
  return [
    row("", ["normal", "storm", "after", `after ${RETURN} s`]),
    row(
      "bookings/s",
      [normal, storm, after, after.slice(RETURN)].map((part: Second[]) => rate(part).toFixed(1)),
    ),
    ...STEPS.flatMap((step) => [row(`${step} p50`, of(step, 0.5)), row(`${step} p95`, of(step, 0.95))]),
  ];
};

const counts = (entries: Iterable<readonly [string, number]>): string =>
  [...entries]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} × ${count}`)
    .join(", ");

/** How many violations are spelled out. */
const MOST = 20;

export const print = (result: Result): string => {
  const { tally, faults, audit, violations, normal, after, returned, seed, buyers, storm } = result;
  const { sales, ends } = tally;
  const looked = audit.verdicts.reduce((sum, verdict) => sum + verdict.looked, 0);
  const bounds = JUDGED.map((step) => `${step} ${ms(bound(normal, step))}`).join(", ");
  const back = returned === undefined ? `not within ${after.length} s` : `after ${returned} s`;
  return [
    `${sales.begun} sales (${sales.soldOut} to the last seat, ${sales.audited} judged), ${tally.buyers} buyers, ${buyers} at a time; storm of ${storm.length} s, seed ${seed}`,
    ...latencies(result),
    `  normal is, as p95 of ten seconds: ${bounds}; again ${back} (at most ${RETURN} s)`,
    `ends: ${counts(ends)}`,
    `faults: ${faults.reduce((sum, { times }) => sum + times, 0)} of ${faults.length} kinds (times switched on / struck)`,
    `  ${faults.map(({ kind, times, struck }) => `${kind} ${times}/${struck}`).join(", ")}`,
    `e-mails sent again because a fault had lost the word of them: ${result.repeatedMails}`,
    `audit: ${audit.verdicts.length} invariants over ${looked} facts, ${audit.clean ? "clean" : "NOT CLEAN"}`,
    ...violations.slice(0, MOST).map((violation) => `  ✗ ${violation}`),
    ...(violations.length > MOST ? [`  … and ${violations.length - MOST} more`] : []),
    passed(result) ? "Nothing lost, nothing sold twice, nobody told an untruth." : `${violations.length} violations.`,
  ].join("\n");
};

/** The figures for a file: latencies by part of the run instead of each answer's. */
export const figures = (result: Result) => {
  const { normal, storm, after, tally, ...rest } = result;
  const part = (seconds: Second[]) => ({
    seconds: seconds.length,
    bookingsPerSecond: rate(seconds),
    ...Object.fromEntries(
      STEPS.map((step) => [
        step,
        {
          count: all(seconds, step).length,
          p50: percentile(all(seconds, step), 0.5),
          p95: percentile(all(seconds, step), 0.95),
        },
      ]),
    ),
  });
  return {
    ...{
      ...rest,
      passed: passed(result),
      sales: tally.sales,
      visitors: tally.buyers,
      ends: Object.fromEntries(tally.ends),
    },
    ...{ normal: part(normal), storm: part(storm), after: part(after), afterReturn: part(after.slice(RETURN)) },
    everySecond: [...normal, ...storm, ...after].map((second) => ({
      booked: second.booked,
      hold: percentile(second.hold, 0.95),
      pay: percentile(second.pay, 0.95),
    })),
  };
};
