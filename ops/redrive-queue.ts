/** Sends dead letters of a queue back to it. */
import { type Message, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import type { DeadLetters, WorkQueue } from "#core/contract/services.ts";
import { sleep } from "#core/lib/clock.ts";
import { link } from "#core/lib/config.ts";
import { sqs } from "#core/lib/sqs.ts";
import { discard, letters, putBack } from "./letters.ts";

type Redrive = {
  from: DeadLetters;
  to: WorkQueue;
  apply: boolean;
  /** Messages a second, so that a gateway that has just recovered is not overloaded. */
  perSecond: number;
  print: (line: string) => void;
};

const about = ({ Body = "" }: Message): string => {
  try {
    const { kind, orderId, chargeId, paymentId, codeId, userId, eventId } = JSON.parse(Body) as Record<
      string,
      string | undefined
    >;
    return `${kind ?? "a message"} of ${orderId ?? chargeId ?? paymentId ?? codeId ?? userId ?? eventId ?? "an unknown order"}`;
  } catch {
    return "a message without valid JSON";
  }
};

/**
 * Sends each message again and then deletes the dead letter. If it stops in between, the message is sent twice, and doing it twice has no
 * further effect. Returns how many were sent, or would be.
 */
export const redriveQueue = async ({ apply, perSecond, print, ...queues }: Redrive): Promise<number> => {
  const [from, to] = [link(queues.from).url, link(queues.to).url];
  const seen: Message[] = [];
  for await (const messages of letters(from)) {
    for (const message of messages) print(`${apply ? "sends" : "would send"} ${about(message)}`);
    seen.push(...messages);
    if (!apply) continue;
    await discard(from, await send(messages, to));
    await sleep((1_000 * messages.length) / perSecond);
  }
  if (!apply) await putBack(from, seen);
  return seen.length;
};

/** The messages that SQS has accepted. */
const send = async (messages: Message[], QueueUrl: string): Promise<Message[]> => {
  const { Successful = [] } = await sqs().send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: messages.map(({ Body }, index) => ({ Id: String(index), MessageBody: Body })),
    }),
  );
  const taken = new Set(Successful.map(({ Id }) => Id));
  return messages.filter((_, index) => taken.has(String(index)));
};
