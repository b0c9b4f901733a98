/** Limits how often an order's e-mail may be asked for again, by its owner and organisers together, and how often organisers may change where it goes. */
import * as Ids from "#core/lib/ids.ts";
import * as Quota from "#core/lib/quota.ts";
import { TooManyMails } from "./schema.ts";

/** In 15 minutes. */
export const mailLimits = { askedPerOrder: 3, askedPerAccount: 6, addressesPerOrder: 5 };

/** Takes one of the subject's tries. 429 `mail.too_many` with `Retry-After`. */
export const takeMail = async (subject: string, of: keyof typeof mailLimits, now: number): Promise<void> => {
  const Key = { pk: `ASKED#${Ids.sha256(`${of} ${subject}`)}`, sk: "ASKED" };
  const { written, item } = await Quota.take({ Key, limit: mailLimits[of] }, now);
  if (!written) throw Quota.refusal(TooManyMails, item, now);
};
