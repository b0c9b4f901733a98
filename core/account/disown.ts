/** "This was not me": what the link in an e-mail about an account undoes. */
import { Unavailable } from "#core/lib/errors.ts";
import { putBack } from "./address.ts";
import * as Code from "./code.ts";
import { disowned } from "./disown-link.ts";
import { forgetCredentials } from "./forget.ts";
import { DisownInvalid } from "./schema.ts";

/**
 * A code is withdrawn. If somebody else changed password, passkeys or address, the address comes back, all credentials are removed, and all
 * sessions end: the owner signs in by a code to that address. The address is first: otherwise a code to the new one could open a session
 * after all had ended. It can be done twice. 401 `account.disown_invalid`, also for an address that the account has lost for good: thus
 * a thief's own links no longer work once the owner has put the address back.
 */
export const disown = async ({ token, now }: { token: string; now: number }): Promise<void> => {
  const link = disowned(token, now);
  if (!link) throw DisownInvalid();
  if (link.kind === "code") return Code.withdraw(link.id, link.userId);
  const owner = { userId: link.userId, email: link.id };
  if (!(await putBack(owner.userId, owner.email, now))) throw DisownInvalid();
  // false if the address was changed again right now: the next try puts it back again
  if (!(await forgetCredentials(owner, now))) throw Unavailable();
};
