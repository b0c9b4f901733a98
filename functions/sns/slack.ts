/** Posts an alarm's change of state to Slack. */
import middy from "@middy/core";
import type { SNSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { link } from "#core/lib/config.ts";
import { observe } from "../observe.ts";

/** CloudWatch's message about an alarm. The description contains the runbook's address. */
const Change = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.optional(z.nullable(z.string())),
  NewStateValue: z.string(),
  NewStateReason: z.string(),
});

const textOf = (message: string): string => {
  const { AlarmName, AlarmDescription, NewStateValue, NewStateReason } = z.parse(Change, JSON.parse(message));
  const sign = NewStateValue === "ALARM" ? ":rotating_light:" : ":white_check_mark:";
  return [`${sign} *${AlarmName}* ${NewStateValue}`, AlarmDescription, NewStateReason].filter(Boolean).join("\n");
};

const post = async (text: string): Promise<void> => {
  const answer = await fetch(link("SlackWebhook").value, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
    signal: AbortSignal.timeout(5_000),
  });
  if (!answer.ok) throw new Error(`Slack answered ${answer.status}.`); // SNS tries again
};

export const handler = middy<SNSEvent, void>()
  .use(observe())
  .handler(async ({ Records }) => {
    await Promise.all(Records.map(({ Sns }) => post(textOf(Sns.Message))));
  });
