/** Messages with a delay, which tests do not wait for: those that the worker sends again (core/payment/settle.ts), and pages of the fan-out. */
import { createHash } from "node:crypto";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { sqs } from "#core/lib/sqs.ts";
import { current } from "#local/lambda.ts";

type Input = { QueueUrl: string; MessageBody: string; DelaySeconds?: number };
// biome-ignore lint/suspicious/noExplicitAny: a middleware of any command.
type Next = (args: { input: Input }) => Promise<any>;
export type SentAgain = { url: string; body: string; delaySeconds: number };

const isPage = ({ url }: { url: string }) => url.endsWith("FanoutQueue");

/** Once in a process. */
const attach = (send: (input: Input, next: () => Promise<unknown>) => Promise<unknown>) => {
  const middleware = (next: Next) => async (args: { input: Input }) =>
    args.input.MessageBody !== undefined &&
    (isPage({ url: args.input.QueueUrl }) || (current() === "settle" && args.input.DelaySeconds))
      ? send(args.input, () => next(args))
      : next(args);
  const nearestToTheClient = { step: "initialize", priority: "low", name: "sent-again", override: true } as const;
  sqs().middlewareStack.add(middleware as never, nearestToTheClient);
};

const aside: SentAgain[] = [];

/** From now on such messages are put aside. Returns a function that makes their queues receive them at once. */
export const putAside = () => {
  attach(async ({ QueueUrl: url, MessageBody: body, DelaySeconds: delaySeconds = 0 }, next) => {
    if (JSON.parse(body).kind === "charge") return next(); // its delay of a minute is tested
    aside.push({ url, body, delaySeconds });
    const MD5OfMessageBody = createHash("md5").update(body).digest("hex");
    return { output: { $metadata: {}, MessageId: "aside", MD5OfMessageBody }, response: {} };
  });
  return async () => {
    for (const { url, body } of aside.splice(0))
      await sqs().send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
  };
};

/** Takes the pages of the fan-out that were put aside, to deliver them by hand. */
export const pages = (): SentAgain[] => {
  const found = aside.filter(isPage);
  aside.splice(0, aside.length, ...aside.filter((one) => !isPage(one)));
  return found;
};

/** Puts them aside again. */
export const putBack = (pages: SentAgain[]): void => {
  aside.push(...pages);
};

/** A message without its time and with sorted fields; undefined if it is no message. */
const plain = (body: string): string | undefined => {
  try {
    const { since: _, ...message } = JSON.parse(body);
    return JSON.stringify(Object.entries(message).sort());
  } catch {
    return undefined;
  }
};

/** Takes these messages from those put aside, and leaves the rest. */
export const taken = (bodies: string[]): SentAgain[] => {
  const wanted = new Set(bodies.map(plain));
  const found = aside.filter(({ body }) => wanted.has(plain(body)));
  aside.splice(0, aside.length, ...aside.filter((one) => !found.includes(one)));
  return found;
};

/** From now on they come after a second. */
export const hasten = (): void =>
  attach((input, next) => {
    input.DelaySeconds = 1;
    return next();
  });
