/** The mailbox in a separate process. It needs many turns of the event loop for an e-mail, and in the sales' process each turn is long. */
import * as Ses from "#local/engines/ses.ts";

const ses = await Ses.start();
console.log(JSON.stringify({ url: ses.url }));
process.once("disconnect", async () => {
  await ses.stop();
  process.exit(0);
});
