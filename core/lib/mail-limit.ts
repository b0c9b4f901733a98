/**
 * Limits the e-mails to one address. A user who signs up with a stranger's address cannot fill their inbox by buying and refunding, or by
 * asking for codes. Tickets, codes and notices are counted apart, so that a stranger who asks for codes stops neither tickets nor warnings.
 * `readers`: codes that a reader of the mailbox asks for (core/account/disown-link.ts).
 */
import { conditional, table } from "./dynamo.ts";
import * as Ids from "./ids.ts";

/** Of each kind. */
export const mailsPerAddressAndDay = 20;

const kinds = {
  orders: "DAY",
  codes: "CODES",
  readers: "READERS",
  notices: "NOTICES",
  invitations: "INVITATIONS",
} as const;
type Kind = keyof typeof kinds;

const dayMs = 86_400_000;

/** An address with a `+` and a suffix is the same mailbox. */
export const mailbox = (email: string): string => {
  const at = email.lastIndexOf("@");
  return `${email.slice(0, at).split("+")[0]}${email.slice(at)}`.toLowerCase();
};

/**
 * Counts one e-mail to the address on this day (UTC). The same `mail` is counted once, so an e-mail that SES could not take is not
 * counted each time it is tried. False if the limit is reached: the condition also holds for many requests at the same time.
 */
export const take = async (args: { email: string; of: Kind; mail: string; now: number }): Promise<boolean> => {
  const { email, of, mail, now } = args;
  const day = Math.floor(now / dayMs);
  const { written } = await conditional({
    TableName: table("Accounts"),
    Key: { pk: `MAILS#${Ids.sha256(mailbox(email))}`, sk: `${kinds[of]}#${day}` },
    UpdateExpression: "SET expires = :expires ADD mails :mails",
    ConditionExpression: "attribute_not_exists(mails) OR contains(mails, :mail) OR size(mails) < :most",
    ExpressionAttributeValues: {
      ":expires": ((day + 2) * dayMs) / 1000,
      ":mails": new Set([mail]),
      ":mail": mail,
      ":most": mailsPerAddressAndDay,
    },
  });
  return written;
};
