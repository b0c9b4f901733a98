/** `npm run organiser -- --email you@example.com`: an account of the platform's own, which may make events, on the stage deployed last. */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import type { Membership } from "#core/account/index.ts";
import { outputs } from "./outputs.ts";

const { values } = parseArgs({
  options: { email: { type: "string" }, name: { type: "string", default: "Organiser" } },
});
if (!values.email) throw new Error("Name the organiser: --email you@example.com");

// the account's own verb, on the table of the stage, with the operator's credentials
process.env.SST_RESOURCE_App = JSON.stringify({ name: "onsale", stage: "operator" });
process.env.SST_RESOURCE_Accounts = JSON.stringify({ name: outputs().accounts });
const Account = await import("#core/account/index.ts");
const { now } = await import("#core/lib/clock.ts");

const password = process.env.ONSALE_PASSWORD ?? randomBytes(18).toString("base64url");
const memberships: Membership[] = [{ organisationId: Account.platform, role: "owner" }];
const { userId } = await Account.create({ email: values.email, password, name: values.name, memberships }, now());
console.log(`${values.email} (${userId}) may make events.`);
if (!process.env.ONSALE_PASSWORD) console.log(`The password, told once: ${password}`);
