/** The mailbox in a process of its own: it takes an e-mail in many turns of its loop, and beside the sales each turn is long. */
import * as Ses from "#local/engines/ses.ts";

const ses = await Ses.start();
console.log(JSON.stringify({ url: ses.url }));
process.once("disconnect", async () => {
  await ses.stop();
  process.exit(0);
});
