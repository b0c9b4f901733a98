/** The mark of the last change of an event that a buyer was mailed about. */
import { type Owner, raise } from "./raise.ts";

/** After the e-mail about the changes until this log entry. */
export const inform = ({ logId, ...owner }: Owner & { logId: string }): Promise<void> =>
  raise(owner, "informed", logId);
