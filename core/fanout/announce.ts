import { begin } from "./message.ts";

/**
 * A published event's facts are about to change: its buyers will be mailed, if the change concerns them. It is called before the write, with
 * the id of the log entry of the write's transaction. If the entry is not written within two minutes, no e-mail is sent.
 */
export const announce = ({ eventId, logId }: { eventId: string; logId: string; now: number }): Promise<void> =>
  begin({ kind: "changed", eventId, logId });
