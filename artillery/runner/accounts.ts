/** Accounts of a run: with an open session each, and a wallet or a password if the scenario needs one. */
import { sessionItem } from "../../core/account/account.table.ts";
import * as Account from "../../core/account/password.ts";
import { now } from "../../core/lib/clock.ts";
import type { Item } from "../../core/lib/dynamo.ts";
import { putAll } from "../../core/lib/dynamo-batch.ts";
import * as Ids from "../../core/lib/ids.ts";
import { sign } from "../../core/lib/tokens.ts";
import type { Account as Visitor } from "../generator/start.ts";
import type { Scenario } from "./recipes.ts";

export const PASSWORD = "a-visitor-of-a-load-test";
const TOKEN_LIFE = 3 * 3_600_000;
/** The number of accounts between two progress checks. */
const PORTION = 500;
const CREW = 2_000;

/** The items of an account as core/account and core/wallet write them; points come with the ledger entry that explains them. */
const items = (userId: string, email: string, wanted: Wanted & { balance: number }, at: number): Item[] => {
  const pk = `USER#${userId}`;
  const profile = { pk: `ACCOUNT#${userId}`, sk: "PROFILE" };
  const { balance, hash } = wanted;
  const entryId = Ids.make("ent", at);
  return [
    { ...profile, userId, email, name: "A Visitor", createdAt: at },
    ...(wanted.wallet ? [{ pk, sk: "WALLET", balance, currency: "KRW" }] : []),
    ...(balance > 0
      ? [{ pk, sk: `ENTRY#${entryId}`, entryId, kind: "charge", amount: balance, balance, createdAt: at }]
      : []),
    ...(hash ? [{ pk: `EMAIL#${email}`, sk: "EMAIL", userId, password: hash }] : []),
  ];
};

/** `hash`: the same for all, because hashing a password for each would take half an hour. */
type Wanted = { wallet: boolean; hash: string | undefined };

/** The fields of a session that nobody refreshes. */
const unused = { family: "", current: "", method: "password", device: "" } as const;

/** An open session, and its access token. */
export const signedIn = (userId: string, at: number, claims: object = {}): { token: string; session: Item } => {
  const sessionId = Ids.make("ses", at);
  const token = sign("access", { sub: userId, sid: sessionId, ...claims }, at + TOKEN_LIFE);
  return { token, session: sessionItem(userId, sessionId, { ...unused, until: at + TOKEN_LIFE }) };
};

/** An account with an access token, and its items in the table. */
const account = (wanted: Wanted & { balance: number }, at: number): { visitor: Visitor; items: Item[] } => {
  const userId = Ids.make("usr", at);
  const email = `${userId.toLowerCase()}@onsale.test`;
  const { token, session } = signedIn(userId, at);
  return { visitor: { userId, email, token }, items: [...items(userId, email, wanted, at), session] };
};

/** Accounts with access tokens, as many as the scenario has visitors. */
export const accounts = async ({ variables, login }: Scenario, say: (line: string) => void): Promise<Visitor[]> => {
  const at = now();
  const { visitors = 0, balance = 0, poor } = variables;
  const hash = login ? await Account.hash(PASSWORD) : undefined;
  const all = Array.from({ length: visitors }, (_, n) =>
    account({ wallet: true, hash, balance: poor && n % poor === 0 ? 0 : balance }, at),
  );
  let reportedAt = Date.now();
  for (let done = 0; done < all.length; done += PORTION) {
    await putAll(
      "Accounts",
      all.slice(done, done + PORTION).flatMap((each) => each.items),
    );
    if (Date.now() - reportedAt < 2_000) continue;
    reportedAt = Date.now();
    say(`… ${Math.min(100, Math.round((100 * (done + PORTION)) / all.length))} % of ${all.length} accounts`);
  }
  return all.map(({ visitor }) => visitor);
};

/** The accounts that warm the system up: they can pay. */
export const crew = async (): Promise<Visitor[]> => {
  const all = Array.from({ length: CREW }, () => account({ wallet: true, hash: undefined, balance: 1_000_000 }, now()));
  await putAll(
    "Accounts",
    all.flatMap((each) => each.items),
  );
  return all.map(({ visitor }) => visitor);
};
