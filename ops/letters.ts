/** Dead letters: reads them, and puts them back or deletes them. */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { sqs } from "#core/lib/sqs.ts";

/** Seconds that a letter is invisible to others after it was read. */
const OURS = 120;

const idOf = ({ MessageId = "" }: Message) => MessageId;
const entries = (messages: Message[]) =>
  messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));

/** Reads up to ten at a time, until only letters come that were read before. */
export async function* letters(url: string): AsyncGenerator<Message[]> {
  const seen = new Set<string>();
  for (;;) {
    const { Messages = [] } = await sqs().send(
      // a long poll asks all of SQS's servers; a short one asks a few of them and can miss messages
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        VisibilityTimeout: OURS,
      }),
    );
    const fresh = Messages.filter((message) => !seen.has(idOf(message)));
    if (fresh.length === 0) return;
    for (const message of fresh) seen.add(idOf(message));
    yield fresh;
  }
}

/** Deletes letters. */
export const discard = async (url: string, messages: Message[]): Promise<void> => {
  if (messages.length > 0)
    await sqs().send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entries(messages) }));
};

/** Makes letters visible to others again at once. */
export const putBack = async (url: string, messages: Message[]): Promise<void> => {
  for (let at = 0; at < messages.length; at += 10) {
    const Entries = entries(messages.slice(at, at + 10)).map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
    await sqs().send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
  }
};
