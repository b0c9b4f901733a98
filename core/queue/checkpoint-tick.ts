/** What one caller in many does beside its own errand: save the line, count it. */
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import { waitFor } from "./line.ts";
import type { Reply } from "./reply.ts";

/** A failure to save harms nobody now: the next one is asked in a few seconds, and what is written is only ever farther. */
export const tick = async (eventId: string, reply: Reply): Promise<void> => {
  if (reply.restored) {
    count("QueueRestored");
    logger.warn("queue restored", { operation: "restore", eventId, issued: reply.issued, serving: reply.serving });
  }
  if (reply.task !== "save") return;
  const { issued, serving, called, active, gaps, at, ceiling } = reply;
  count("QueueIssued", issued);
  count("QueueServing", serving);
  count("QueueActive", active);
  count("QueueWait", waitFor(issued, reply));
  try {
    const { save } = await import("./checkpoint.ts");
    await save(eventId, { issued, serving, called, active, gaps, at, ceiling });
  } catch (error) {
    count("Unexpected");
    logger.error("checkpoint", { operation: "checkpoint", eventId, outcome: "failed", error: error as Error });
  }
};
