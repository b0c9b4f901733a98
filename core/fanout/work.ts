/** The worker of the fan-out queue: one page of a cancelled or a changed event. */
import { cancelPage } from "./cancel-page.ts";
import { changedPage } from "./changed-page.ts";
import { Message, type Outcome } from "./message.ts";

/** Does one page, and sends the next one. A message may come twice, late, and beside another one. It has to come again if this throws or answers `again`. */
export const work = (body: unknown, now: number): Promise<Outcome> => {
  const message = Message.parse(body);
  return message.kind === "cancel" ? cancelPage(message, now) : changedPage(message, now);
};
