/**
 * Stops this process when its parent ends: when its standard input or its IPC channel closes, or on SIGTERM or SIGINT.
 * For an emulator that runs as a process of its own (`startChild` is the other side).
 */
export const endWithParent = (stop: () => Promise<unknown>): void => {
  const end = async () => {
    await stop();
    process.exit(0);
  };
  process.stdin.once("close", end).once("end", end).resume();
  process.once("disconnect", end);
  process.once("SIGTERM", end).once("SIGINT", end);
};
