/** At most one start uses a data folder: a lock file holds the process id of its owner. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "./engines/engine.ts";

/** Locks the folder, or throws with the owner's process id. Returns the function that unlocks it. A dead process's lock is taken over. */
export const lock = (dataDir: string): (() => void) => {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "lock");
  const holder = () => Number(readFileSync(file, "utf8")) || 0;
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt > 0) throw error;
      const pid = holder();
      if (isStart(pid))
        throw new EngineError(
          `Onsale already runs on ${dataDir} (process ${pid}). Stop it, or use another --data folder.`,
        );
      rmSync(file, { force: true });
    }
  }
};

/** Whether the process is alive and is Onsale's. Process ids are reused, so a live one may be another program. */
const isStart = (pid: number): boolean => {
  if (pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("start.ts");
  } catch {
    return true; // no /proc on this system: trust the lock
  }
};
