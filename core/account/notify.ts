/** Mails what somebody asked for. Its messages wait in a queue of their own, and may come twice and late. */
import * as z from "zod/mini";
import { link } from "#core/lib/config.ts";
import * as Limit from "#core/lib/mail-limit.ts";
import { lazy } from "#core/lib/schemas.ts";
import * as Ses from "#core/lib/ses.ts";
import * as Code from "./code.ts";
import { disownUrl } from "./disown.ts";
import * as Account from "./index.ts";
import * as Letter from "./letter.ts";

const Message = lazy(() =>
  z.discriminatedUnion("kind", [
    /** Somebody asked for a code. Only the worker finds out whether the address has an account. */
    z.object({
      kind: z.literal("code"),
      codeId: z.string(),
      email: z.string(),
      purpose: z.enum(Account.purposes),
      locale: z.optional(Account.Locale),
    }),
  ]),
);
type Message = z.infer<typeof Message>;

/**
 * - `unknown`: no account has this address
 * - `late`: the code has expired
 * - `done`: the code was mailed, used or replaced before
 * - `limited`: the account or the address has had its codes of this hour or day
 */
export type Outcome = "sent" | "unknown" | "late" | "done" | "limited";

/**
 * Does what a message asks. Throws if SES does not take the e-mail; the message then comes again and mails the same code. If it is stopped
 * between the e-mail and its mark, the same e-mail goes out once more.
 */
export const deliver = async (message: unknown, now: number): Promise<Outcome> => {
  const { codeId, email, purpose, ...wanted }: Message = z.parse(Message, message);
  const until = Code.untilOf(codeId);
  if (until <= now) return "late";
  const userId = await Account.findByEmail(email);
  const account = userId === undefined ? undefined : await Account.get(userId);
  if (!account || account.erasing) return "unknown";
  // The account's address is used, and not the one that was typed: in upper case it may be another mailbox at its provider.
  const to = account.email;
  const state = await Code.issue({ codeId, userId: account.userId, email: to, purpose, until }, now);
  if (state !== "open") return state;
  if (!(await Limit.take({ email: to, of: "codes", mail: codeId, now }))) return "limited";
  const locale = wanted.locale ?? account.locale ?? "en";
  const { mailFrom: from, publicUrl } = link("Settings");
  const letter = Letter.compose({
    ...{ kind: purpose, locale, to, from, publicUrl, now },
    code: Code.digits(codeId),
    minutes: Math.ceil((until - now) / 60_000),
    disown: disownUrl({ userId: account.userId, kind: "code", id: codeId }, publicUrl, now),
  });
  await Ses.send(letter);
  await Code.mailed(codeId, now);
  return "sent";
};
