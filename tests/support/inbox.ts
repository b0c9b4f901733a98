import { inject } from "vitest";

export type Email = {
  from: string;
  destination: { to: string[]; cc: string[]; bcc: string[] };
  subject: string;
  body: { text: string; html: string };
  attachments: { filename?: string; contentType: string; cid?: string; content: string }[];
};

/** Every e-mail that the run's SES has taken. */
export const inbox = async (): Promise<Email[]> => {
  const reply = await fetch(`${inject("engines").ses.url}/store`);
  return ((await reply.json()) as { emails: Email[] }).emails;
};
