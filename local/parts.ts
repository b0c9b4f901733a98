/** Waits for the parts that a start makes: until they have started, and until one of them ends. */
import { join } from "node:path";
import type { Child } from "./engines/children.ts";
import { EngineError } from "./engines/engine.ts";

/** Waits for all of them before it fails, so that none starts after a stop. */
export const settled = async <T extends readonly Promise<unknown>[]>(starting: [...T]) => {
  await Promise.allSettled(starting);
  return Promise.all(starting);
};

/** Prints the present step after two seconds, and stops waiting when the signal comes. */
export const stepper = (say: (line: string) => void, signal: AbortSignal) => {
  return async <T>(title: string, work: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => say(`Starting ${title} …`), 2_000);
    const given = new Promise<never>((_, reject) => {
      const stopped = () => reject(new EngineError("Stopped before it was ready."));
      if (signal.aborted) stopped();
      signal.addEventListener("abort", stopped, { once: true });
    });
    return Promise.race([work, given]).finally(() => clearTimeout(timer));
  };
};

/** Resolves when the signal comes, or with the error of the part that ended by itself. */
export const ended = async (
  signal: AbortSignal,
  children: Record<string, Child>,
  engines: Record<string, { ended?: Promise<number> }>,
  dataDir: string,
): Promise<EngineError | undefined> => {
  const parts = [...Object.entries(children), ...Object.entries(engines)];
  const faults = parts.map(async ([name, part]) => {
    const code = await (part.ended ?? new Promise<number>(() => {}));
    return new EngineError(`${name} ended by itself (code ${code}). See ${join(dataDir, "onsale.log")}`);
  });
  const asked = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  return Promise.race([asked, ...faults]);
};
