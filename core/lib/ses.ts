/** The SES client (v2), made once per environment. */
import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { compose, type Mail } from "./mime.ts";

let client: SESv2Client | undefined;

export const ses = (): SESv2Client => {
  client ??= new SESv2Client({ maxAttempts: 3 });
  return client;
};

/** Sends one e-mail; its only recipient is `to`, whatever the headers say. SES is quick or is tried again by the caller. */
export const send = async (mail: Mail): Promise<void> => {
  const command = new SendEmailCommand({
    FromEmailAddress: mail.from,
    Destination: { ToAddresses: [mail.to] },
    Content: { Raw: { Data: compose(mail) } },
  });
  await ses().send(command, { abortSignal: AbortSignal.timeout(10_000) });
};
