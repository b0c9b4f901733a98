/** `npm run retained -- usr_…`: what is retained of an erased account. */
import { userInfo } from "node:os";
import { command, Mistake, WHERE } from "./command.ts";

const HELP = `Prints what is retained of an erased account, such as for a court or a tax audit. Each run writes a line to the log, with the name
of the person who runs it. An item whose years are over is deleted and not shown. See docs/privacy.md.

  npm run retained -- --user usr_… --reason TEXT [options]

  --user ID      the account's user id, as its orders and payments name it
  --reason TEXT  why, for the log
${WHERE}
  --help         this text
`;

await command({
  help: HELP,
  options: { user: { type: "string" }, reason: { type: "string" } },
  check: ({ user, reason }) => {
    if (!/^usr_\w{26}$/.test(String(user)))
      throw new Mistake("--user is a user id, such as usr_01ARZ3NDEKTSV4RRFFQ69G5FAV.");
    if (!reason) throw new Mistake("--reason is missing: say why you look, for the log.");
  },
  run: async ({ user, reason }) => {
    const { openRetained } = await import("#core/privacy/index.ts");
    const { now } = await import("#core/lib/clock.ts");
    const { logger } = await import("#core/lib/logger.ts");
    logger.setLogLevel("WARN"); // the line about this look
    const by = `${userInfo().username}: ${reason}`;
    const found = await openRetained({ userId: String(user), by, now: now() });
    console.log(found ? JSON.stringify(found, null, 2) : "Nothing is retained of this account.");
    return found ? 0 : 1;
  },
});
