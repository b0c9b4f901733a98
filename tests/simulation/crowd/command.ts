/** The chaos run as `npm run chaos` runs it. */
import type { EngineAddresses } from "#tests/support/engines.ts";
import type { Report } from "../report.ts";
import { chaos, type Options as Run } from "./chaos.ts";
import { startCrowd } from "./fixture.ts";
import { report } from "./report.ts";

export type Options = Omit<Run, "normal" | "after"> & { faults: boolean };

/** Seconds without faults that are measured before them, and after them. */
const CALM_SECONDS = 60;

export const crowd = async (engines: EngineAddresses, { faults, ...options }: Options): Promise<Report> => {
  // the pollers report each batch that fails: here that is what is wanted
  console.error = () => {};
  const fixture = await startCrowd(engines, faults);
  // what went out is counted by tests/support/faults/post.ts; the inbox would only grow
  const emptying = setInterval(
    () => fetch(`${engines.ses.url}/clear-store`, { method: "POST" }).catch(() => {}),
    5_000,
  );
  try {
    return report(await chaos(fixture, { ...options, normal: CALM_SECONDS, after: CALM_SECONDS }));
  } finally {
    clearInterval(emptying);
    await fixture.stop();
  }
};
