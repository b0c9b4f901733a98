/** SES limits the rate of e-mails per AWS account. So all environments share one count for each second. */
import { now, sleep, ticks } from "./clock.ts";
import { conditional, table } from "./dynamo.ts";
import { below } from "./ids.ts";

/** ms that an e-mail waits for its turn. A batch ends well within the mailer's 60 s, and the stream delivers the rest again. */
const waitMs = 30_000;

const secondMs = 1_000;
const daySeconds = 86_400;

/** No turn within 30 s. Nothing was sent. */
export class MailPaced extends Error {
  override name = "MailPaced";
}

/** Takes one e-mail of this second. Of many parallel writes the condition lets `perSecond` through. */
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

/** Resolves when an e-mail may be sent. Throws `MailPaced` after 30 s. */
export const turn = async (perSecond: number): Promise<void> => {
  const end = ticks() + waitMs;
  while (!(await take(Math.floor(now() / secondMs), perSecond))) {
    if (ticks() > end) throw new MailPaced(`More e-mails wait than the ${perSecond} per second that may be sent.`);
    // with jitter, so that the environments do not all ask at the start of the next second
    await sleep(secondMs - (now() % secondMs) + below(200));
  }
};
