/** The command `npm run chaos`. */
import type { EngineAddresses } from "#tests/support/engines.ts";
import type { Report } from "../report.ts";
import { chaos, type Options as Run } from "./chaos.ts";
import { startCrowd } from "./fixture.ts";
import { report } from "./report.ts";

export type Options = Omit<Run, "normal" | "after"> & { faults: boolean };

/** Measured seconds without faults, before and after the faults. */
const CALM_SECONDS = 60;

export const crowd = async (engines: EngineAddresses, { faults, ...options }: Options): Promise<Report> => {
  // the pollers log each failed batch, which is intended here
  console.error = () => {};
  const fixture = await startCrowd(engines, faults);
  // tests/support/faults/post.ts counts the sent e-mails; the inbox would only grow
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
