/** The rate at which SES takes e-mails is the account's. So all environments share one count, second by second. */
import { now, sleep, ticks } from "./clock.ts";
import { conditional, table } from "./dynamo.ts";
import { below } from "./ids.ts";

/** For how long an e-mail waits for its turn: a batch ends well within the mailer's 60 s, and the stream brings back what is left. */
const waitMs = 30_000;

const secondMs = 1_000;
const daySeconds = 86_400;

/** No turn within 30 s. Nothing was sent. */
export class MailPaced extends Error {
  override name = "MailPaced";
}

/** One of this second's e-mails. Of many at once the condition lets the second's number through. */
const take = async (second: number, perSecond: number): Promise<boolean> => {
  const { written } = await conditional({
    TableName: table("Accounts"),
    Key: { pk: "MAILS#PACE", sk: `SECOND#${second}` },
    UpdateExpression: "SET expires = :expires ADD mails :one",
    ConditionExpression: "attribute_not_exists(mails) OR mails < :most",
    ExpressionAttributeValues: { ":expires": second + daySeconds, ":one": 1, ":most": perSecond },
  });
  return written;
};

/** Resolves when an e-mail may be sent; throws `MailPaced` after 30 s. */
export const turn = async (perSecond: number): Promise<void> => {
  const end = ticks() + waitMs;
  while (!(await take(Math.floor(now() / secondMs), perSecond))) {
    if (ticks() > end) throw new MailPaced(`More e-mails wait than ${perSecond} a second.`);
    // with jitter: the next second's turns are not all asked for at once
    await sleep(secondMs - (now() % secondMs) + below(200));
  }
};
