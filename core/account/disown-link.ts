/** The link "this was not me" in an e-mail about an account. It is a signed token, so nothing is stored for it. */
import { mailbox } from "#core/lib/mail-limit.ts";
import { sign, verify } from "#core/lib/tokens.ts";
import * as Table from "./account.table.ts";

const kinds = ["code", "password", "passkey", "email"] as const;

/**
 * What the e-mail was about: a code, or a change of the account. `id`: the code's, or the account's address before the change. `to`: the
 * address that got the e-mail.
 */
export type Disowned = { userId: string; kind: (typeof kinds)[number]; id: string; to: string };

/** ms for which the token also proves that somebody reads its mailbox. A stranger who uses up a mailbox's codes of a day sends it newer ones. */
const proofMs = 86_400_000;

/** The page of the link. The token is in its fragment, so that no server logs it. Opening the link changes nothing yet. */
export const disownUrl = ({ userId, ...link }: Disowned, publicUrl: string, now: number): string =>
  `${publicUrl}/disown#${sign("disown", { sub: userId, ...link }, now + Table.undoMs)}`;

/** Undefined if the token is forged, of another kind, or older than seven days. */
export const disowned = (token: string, now: number): Disowned | undefined => {
  const claims = verify<{ sub: string } & Omit<Disowned, "userId">>("disown", token, now);
  if (!claims || !kinds.includes(claims.kind)) return undefined;
  const { sub: userId, kind, id, to = "" } = claims;
  return { userId, kind, id, to };
};

/** Whether the token was mailed to this mailbox within the last 24 hours: it is then valid for more than six days from now. */
export const provesMailbox = (token: string, email: string, now: number): boolean => {
  const link = disowned(token, now + Table.undoMs - proofMs);
  return link !== undefined && mailbox(link.to) === mailbox(email);
};
