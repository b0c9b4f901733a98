/** "This was not me": a link in an e-mail about an account. It is a signed token, so nothing is stored for it. */
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { db, table } from "#core/lib/dynamo.ts";
import { sign, verify } from "#core/lib/tokens.ts";
import * as Table from "./account.table.ts";
import * as Code from "./code.ts";
import { forgetCredentials } from "./forget.ts";
import { DisownInvalid } from "./schema.ts";

const disownMs = 7 * 86_400_000;

const kinds = ["code", "password", "passkey"] as const;

/** What the e-mail was about: a code with this id, or a new password or passkey. */
export type Disowned = { userId: string; kind: (typeof kinds)[number]; id: string };

/** The page of the link. The token is in its fragment, so that no server logs it. Opening the link changes nothing yet. */
export const disownUrl = ({ userId, kind, id }: Disowned, publicUrl: string, now: number): string =>
  `${publicUrl}/disown#${sign("disown", { sub: userId, kind, id }, now + disownMs)}`;

/**
 * A code is withdrawn. If a password or passkey was changed by somebody else, all of the account's are removed and its sessions end: its
 * owner signs in by a code. It can be done twice. 401 `account.disown_invalid`.
 */
export const disown = async ({ token, now }: { token: string; now: number }): Promise<void> => {
  const claims = verify<{ sub: string; kind: Disowned["kind"]; id: string }>("disown", token, now);
  if (!claims || !kinds.includes(claims.kind)) throw DisownInvalid();
  if (claims.kind === "code") return Code.withdraw(claims.id, claims.sub);
  const { Item } = await db().send(
    new GetCommand({ TableName: table("Accounts"), Key: Table.profileKey(claims.sub), ConsistentRead: true }),
  );
  if (Item) await forgetCredentials(Table.toAccount(Item), now);
};
