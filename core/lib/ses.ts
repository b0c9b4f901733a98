/** The SES client (v2), made once per environment, and the kinds of its refusals. */
import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { link } from "./config.ts";
import { MailPaced, turn } from "./mail-pace.ts";
import { compose, type Mail } from "./mime.ts";
import { throttles } from "./throttles.ts";

let client: SESv2Client | undefined;

export const ses = (): SESv2Client => {
  client ??= new SESv2Client({ maxAttempts: 3 });
  return client;
};

/**
 * Sends one e-mail when the rate allows it. Its only recipient is `to`, whatever the headers say. SES has 10 s to answer; the caller
 * retries later. Bounces and complaints go to the topic of the configuration set.
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

/** Whether SES refused because of its limit per second. The limit per day has the same error name with another text, and needs a person. */
const isRate = ({ name, message }: Error): boolean => throttles.has(name) && !/daily|quota/i.test(message);

/**
 * Names of refusals that repeat until a person changes something: the recipient's address cannot be reached, or we may not use the
 * sender's address.
 */
const lastingRefusals = new Set(["MessageRejected", "BadRequestException", "AccessDeniedException"]);

/**
 * Why an e-mail was not sent:
 * - `rate`: more e-mails wait than the account may send. This is no failure: the same e-mail is sent later
 * - `lasting`: SES refuses it each time
 * - `passing`: SES is unreachable or takes no e-mail now
 */
export const refusalOf = (error: unknown): "rate" | "lasting" | "passing" => {
  const refusal = error as Error;
  if (refusal instanceof MailPaced || isRate(refusal)) return "rate";
  return lastingRefusals.has(refusal.name) ? "lasting" : "passing";
};
