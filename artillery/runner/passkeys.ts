/** The passkeys of visitors who sign in by one. They are added through the API, ten at a time. */
import type { Account } from "../generator/start.ts";
import { addPasskey } from "../processor/passkey.ts";
import type { Scenario } from "./recipes.ts";

export const withPasskeys = async (
  visitors: Account[],
  { variables }: Scenario,
  target: string,
): Promise<Account[]> => {
  if (!variables.passkeys) return visitors;
  const all: Account[] = [];
  for (let done = 0; done < visitors.length; done += 10) {
    const some = visitors.slice(done, done + 10);
    const passkeys = await Promise.all(some.map(({ token }) => addPasskey(target, token)));
    all.push(...some.map((visitor, n) => ({ ...visitor, passkey: passkeys[n] ?? "" })));
  }
  return all;
};
