/** One start a data folder: a file with the pid of who has it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "./engines/engine.ts";

/** Takes the folder, or says who has it. Answers how to let go; a lock whose process is gone is taken over. */
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

/** Whether the process lives, and is one of ours: pids are used again. */
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
    return true; // no /proc here: believe the lock
  }
};
