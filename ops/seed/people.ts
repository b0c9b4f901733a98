/** The accounts of a fresh machine. */
import * as Account from "#core/account/index.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Organisation from "#core/organisation/index.ts";
import * as Wallet from "#core/wallet/index.ts";

export type Person = {
  email: string;
  password: string;
  name: string;
  memberships?: Organisation.Membership[];
  points: number;
};

export const organiser: Person = {
  email: "admin@onsale.test",
  password: "onsale-admin",
  name: "Organiser",
  memberships: [{ organisationId: Account.platform, role: "owner" }],
  points: 0,
};

export const buyer: Person = { email: "buyer@onsale.test", password: "onsale-buyer", name: "Buyer", points: 1_000_000 };

/** The accounts that bought a sold-out sale. Nobody signs in with them. */
export const guests: Person[] = ["one", "two"].map((name) => ({
  email: `guest-${name}@onsale.test`,
  password: Ids.random(24).toString("base64url"),
  name: `Guest ${name}`,
  points: 240_000,
}));

/** The person's user id. The account is made at the first start. Points are given once, to a wallet without entries. */
export const ensure = async ({ points, ...person }: Person, now: number): Promise<string> => {
  const userId = (await Account.findByEmail(person.email)) ?? (await Account.create(person, now)).userId;
  for (const membership of person.memberships ?? [])
    await Organisation.adopt({ ...membership, name: "Onsale", userId, now });
  const { items } = points > 0 ? await Wallet.entries({ userId, limit: 1 }) : { items: [] };
  if (points > 0 && items.length === 0) await give(userId, points, now);
  return userId;
};

/** Credits once for this key, so that a start after an interrupted one does not give the points twice. */
const give = (userId: string, amount: number, now: number) =>
  Wallet.charge({ userId, amount, idempotency: { key: "welcome", hash: Ids.sha256("welcome") }, now });
