/** The task that one of many callers gets in addition: it saves the line, and counts it. */
import { logger } from "#core/lib/logger.ts";
import { count } from "#core/lib/metrics.ts";
import { waitFor } from "./line.ts";
import type { Reply } from "./reply.ts";

/** A failed save does no harm: another caller saves in a few seconds, and a save never moves the checkpoint back. */
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
