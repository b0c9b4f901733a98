/** EventBridge's schedule: one invocation every `minutes`, none while the last one is running. */
import { oneAtATime, type Poller, report } from "./poller.ts";

export const createSchedulePoller = (options: { everyMinutes: number; handle: () => Promise<unknown> }): Poller => {
  const alone = oneAtATime();
  let timer: NodeJS.Timeout | undefined;
  const run = () => alone(options.handle);
  return {
    start: () => {
      timer ??= setInterval(() => {
        run().catch((error) => report("schedule", { error: String(error) }));
      }, options.everyMinutes * 60_000);
    },
    /** Runs once, now. Returns 0, because a schedule has no records. */
    drain: async () => {
      await run();
      return 0;
    },
    stop: async () => {
      clearInterval(timer);
      timer = undefined;
      await alone(async () => {});
    },
  };
};
