/** The changes of an event that its buyers get an e-mail about. Pure. */
import { mailedFacts } from "#core/catalog/index.ts";
import type * as Log from "#core/log/index.ts";

export type Fact = (typeof mailedFacts)[number];

export type Change = { fact: Fact; from: unknown; to: unknown };

/** A flight's fields, if a log entry has the flight as a whole. */
const flat = (changes: Log.Changes): Log.Changes => {
  const { flight, ...rest } = changes;
  const [from, to] = [flight?.from, flight?.to] as (Record<string, unknown> | undefined)[];
  const names = Object.keys({ ...from, ...to });
  return {
    ...rest,
    ...Object.fromEntries(names.map((name) => [`flight.${name}`, { from: from?.[name], to: to?.[name] }])),
  };
};

/** Whether an entry of the log has a change that is mailed. */
export const concernsBuyers = ({ action, changes = {} }: Log.Entry): boolean =>
  (action === "event.changed" || action === "event.postponed") && mailedFacts.some((fact) => flat(changes)[fact]);

/** Several entries (the newest first) as one change for each fact: what it was before all of them, and what it is after them. */
export const merged = (entries: readonly Log.Entry[]): Change[] => {
  const oldestFirst = entries.map(({ changes = {} }) => flat(changes)).toReversed();
  return mailedFacts.flatMap((fact) => {
    const all = oldestFirst.flatMap((changes) => changes[fact] ?? []);
    const [from, to] = [all[0]?.from, all.at(-1)?.to];
    return all.length === 0 || from === to ? [] : [{ fact, from, to }];
  });
};
