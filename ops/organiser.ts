/** `npm run organiser -- --email you@example.com`: an account of the platform's own, which may make events. */
import { randomBytes } from "node:crypto";
import * as z from "zod/mini";
import type { Membership } from "#core/organisation/schema.ts";
import { Mistake, unlinked } from "./command.ts";
import { outputs } from "./outputs.ts";

const HELP = `Makes an account of the platform's own, which may make events. An account that may do so already stays as it is. The
organisers of earlier releases become members of the platform's organisation, and the events of earlier releases come into its list. Needs AWS
credentials and a region (AWS_REGION). The password is ONSALE_PASSWORD, or a new one that is printed once.

  npm run organiser -- --email YOU@EXAMPLE.COM [options]

  --name TEXT       (default: Organiser)
  --accounts TABLE  the stage's accounts table, as its deployment printed it  (default: of the stage that was deployed last from here)
  --catalog TABLE   the stage's catalogue table, likewise. With --accounts alone no event comes into a list
  --help            this text
`;

/** On the stage's table, with the operator's credentials. Returns whether it was made, and what to print. */
const make = async (organiser: { email: string; password: string; name: string }) => {
  const Account = await import("#core/account/index.ts");
  const { now } = await import("#core/lib/clock.ts");
  if (!z.safeParse(Account.NewAccount, organiser).success)
    throw new Mistake("--email is an address, the password has 8 to 128 characters, and --name 1 to 100.");
  const { email } = organiser;
  try {
    const memberships: Membership[] = [{ organisationId: Account.platform, role: "owner" }];
    const { userId } = await Account.create({ ...organiser, memberships }, now());
    return { made: true, says: `${email} (${userId}) may make events.` };
  } catch (error) {
    if (!Account.EmailTaken.is(error)) throw new Mistake(`The account was not made: ${(error as Error).message}`);
  }
  const { roles, userId } = await Account.me((await Account.findByEmail(email)) ?? "");
  if (!roles.includes("admin"))
    throw new Mistake(`${email} has an account that may not make events: name another one.`);
  return { made: false, says: `${email} (${userId}) may make events already, and keeps its password.` };
};

await unlinked({
  help: HELP,
  options: {
    email: { type: "string" },
    name: { type: "string", default: "Organiser" },
    accounts: { type: "string" },
    catalog: { type: "string" },
  },
  run: async ({ email, name, accounts, ...given }) => {
    if (!email) throw new Mistake(`The organiser is missing: name an address with --email.\n\n${HELP}`);
    const catalog = given.catalog ?? (accounts ? undefined : outputs().catalog);
    const password = process.env.ONSALE_PASSWORD ?? randomBytes(18).toString("base64url");
    process.env.SST_RESOURCE_App = JSON.stringify({ name: "onsale", stage: "operator" });
    process.env.SST_RESOURCE_Accounts = JSON.stringify({ name: accounts ?? outputs().accounts });
    if (catalog) process.env.SST_RESOURCE_Catalog = JSON.stringify({ name: catalog });
    const { made, says } = await make({ email, password, name });
    const { adoptAll } = await import("#core/organisation/index.ts");
    const { now } = await import("#core/lib/clock.ts");
    await adoptAll(now());
    console.log(says);
    if (catalog) {
      const Catalog = await import("#core/catalog/index.ts");
      console.log(`Events in the lists of their organisations: ${await Catalog.adoptAll()}.`);
    }
    if (made && !process.env.ONSALE_PASSWORD) console.log(`The password, printed only now: ${password}`);
    return 0;
  },
});
