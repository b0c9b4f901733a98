/** "This was not me": a link in an e-mail about an account. It is a signed token, so nothing is stored for it. */
import { Unavailable } from "#core/lib/errors.ts";
import { sign, verify } from "#core/lib/tokens.ts";
import * as Table from "./account.table.ts";
import { putBack } from "./address.ts";
import * as Code from "./code.ts";
import { forgetCredentials } from "./forget.ts";
import { DisownInvalid } from "./schema.ts";

const kinds = ["code", "password", "passkey", "email"] as const;

/** What the e-mail was about: a code, or a change of the account. `id`: the code's, or the account's address before the change. */
export type Disowned = { userId: string; kind: (typeof kinds)[number]; id: string };

/** The page of the link. The token is in its fragment, so that no server logs it. Opening the link changes nothing yet. */
export const disownUrl = ({ userId, kind, id }: Disowned, publicUrl: string, now: number): string =>
  `${publicUrl}/disown#${sign("disown", { sub: userId, kind, id }, now + Table.undoMs)}`;

/**
 * A code is withdrawn. If somebody else changed password, passkeys or address, the address comes back, all credentials are removed, and all
 * sessions end: the owner signs in by a code to that address. The address is first: otherwise a code to the new one could open a session
 * after all had ended. It can be done twice. 401 `account.disown_invalid`, also for an address that the account has lost for good: thus
 * a thief's own links no longer work once the owner has put the address back.
 */
export const disown = async ({ token, now }: { token: string; now: number }): Promise<void> => {
  const claims = verify<{ sub: string; kind: Disowned["kind"]; id: string }>("disown", token, now);
  if (!claims || !kinds.includes(claims.kind)) throw DisownInvalid();
  if (claims.kind === "code") return Code.withdraw(claims.id, claims.sub);
  const owner = { userId: claims.sub, email: claims.id };
  if (!(await putBack(owner.userId, owner.email, now))) throw DisownInvalid();
  // false if the address was changed again right now: the next try puts it back again
  if (!(await forgetCredentials(owner, now))) throw Unavailable();
};
