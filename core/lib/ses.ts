/** The SES client (v2), made once per environment, and what its refusals are about. */
import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { link } from "./config.ts";
import { MailPaced, turn } from "./mail-pace.ts";
import { compose, type Mail } from "./mime.ts";

let client: SESv2Client | undefined;

export const ses = (): SESv2Client => {
  client ??= new SESv2Client({ maxAttempts: 3 });
  return client;
};

/**
 * Sends one e-mail at its turn; its only recipient is `to`, whatever the headers say. SES is quick or is tried again by the caller.
 * Bounces and complaints go to the topic of the configuration set.
 */
export const send = async (mail: Mail): Promise<void> => {
  const { mailRate, mailSet } = link("Settings");
  const command = new SendEmailCommand({
    ...(mailSet && { ConfigurationSetName: mailSet }),
    FromEmailAddress: mail.from,
    Destination: { ToAddresses: [mail.to] },
    Content: { Raw: { Data: compose(mail) } },
  });
  await turn(mailRate);
  await ses().send(command, { abortSignal: AbortSignal.timeout(10_000) });
};

/** What SES says at its rate a second. At the quota a day it says the same with other words, and that needs a person. */
const isRate = ({ name, message }: Error): boolean =>
  /^(TooManyRequests|Throttling)/.test(name) && !/daily|quota/i.test(message);

/**
 * What SES never takes as things are: an e-mail to an address that it does not know how to reach, or from a sender that it does not let us
 * be. To try again changes nothing before a person does.
 */
const LASTING = new Set(["MessageRejected", "BadRequestException", "AccessDeniedException"]);

/**
 * What an e-mail that was not sent has met:
 * - `rate`: more wait than the account may send. No failure: the same e-mail is taken later
 * - `lasting`: it is refused each time
 * - `passing`: SES is out of reach or takes nothing now
 */
export const refusalOf = (error: unknown): "rate" | "lasting" | "passing" => {
  const refusal = error as Error;
  if (refusal instanceof MailPaced || isRate(refusal)) return "rate";
  return LASTING.has(refusal.name) ? "lasting" : "passing";
};
