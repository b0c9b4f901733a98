/** What the tests' accounts find in their mailboxes. */
import { expect, inject } from "vitest";

type Email = { destination: { to: string[] }; subject: string; body: { text: string } };

/** The e-mails of an address, the newest last. */
export const mailsTo = async (email: string): Promise<Email[]> => {
  const reply = await fetch(`${inject("inbox")}/store`);
  const { emails } = (await reply.json()) as { emails: Email[] };
  return emails.filter(({ destination }) => destination.to.includes(email));
};

const part = async (email: string, nth: number, pattern: RegExp): Promise<string> => {
  const found = async () => (await mailsTo(email)).flatMap(({ body }) => pattern.exec(body.text)?.[1] ?? [])[nth - 1];
  await expect.poll(found, { timeout: 30_000, interval: 200 }).toBeTruthy();
  return (await found()) ?? "";
};

/** The digits of the `nth` code that was mailed to an address. */
export const codeTo = (email: string, nth = 1): Promise<string> => part(email, nth, /\b(\d{8})\b/);

/** The path of "this was not me" in the `nth` e-mail to an address. */
export const disownTo = (email: string, nth = 1): Promise<string> => part(email, nth, /(\/disown#[\w.-]+)/);

/** The path of the `nth` invitation that was mailed to an address. */
export const invitationTo = (email: string, nth = 1): Promise<string> => part(email, nth, /(\/invitations\/\w+\/\w+)/);
