/**
 * The connection between a run of the model and the product. Many runs share a process, its engines and its tables. So each has its own
 * clock, which stops between two actions, and its own queues of deliveries from SQS, SES, the stream and the gateway's webhooks, which the
 * run delivers late, twice or out of order.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import type { DynamoDBRecord } from "aws-lambda";
import type { ProviderName } from "#core/gateway/index.ts";
import { link } from "#core/lib/config.ts";
import { db, type Item } from "#core/lib/dynamo.ts";
import { ses } from "#core/lib/ses.ts";
import { sqs } from "#core/lib/sqs.ts";
import type { MailFacts } from "#ops/audit/index.ts";

export type Outside = {
  /** Epoch ms. */
  now: number;
  owners: Set<string>;
  /** Bodies in the settle queue. */
  messages: string[];
  records: { leave: DynamoDBRecord[]; mail: DynamoDBRecord[] };
  mails: MailFacts[];
  webhooks: { body: string; forged: boolean; from: ProviderName }[];
  /** Decides a pending payment at a gateway, or a bank's question to the buyer; `yes` is the decision. */
  pending: ((yes: boolean) => void)[];
  /** The gateway of new payments by card. */
  payments: ProviderName;
};

type Context = {
  outside: Outside;
  /** Awaited before each call to DynamoDB, so that a schedule can interleave requests. */
  gate?: () => Promise<void>;
  /** The order whose mail is being sent. */
  mailing?: Omit<MailFacts, "at">;
  /** ms that this environment's clock is ahead. */
  skew?: number;
};

const context = new AsyncLocalStorage<Context>();
const owners = new Map<string, Outside>();

/** Runs work as this run, at the run's time. */
export const within = <T>(outside: Outside, more: Omit<Context, "outside">, work: () => Promise<T>): Promise<T> =>
  context.run({ outside, ...more }, work);

export const enlist = (outside: Outside, userIds: string[]): void => {
  for (const userId of userIds) {
    outside.owners.add(userId);
    owners.set(userId, outside);
  }
};

export const dismiss = (outside: Outside): void => {
  for (const userId of outside.owners) owners.delete(userId);
};

/** The current run; undefined when it is over. */
export const outsideOf = (userId: string): Outside | undefined => owners.get(userId);

const isMine = ({ owners }: Outside, { pk }: Item) => owners.has(String(pk).slice("USER#".length));

// biome-ignore lint/suspicious/noExplicitAny: a middleware of any command.
type Next = (args: any) => Promise<any>;
const done = { output: { $metadata: {}, MessageId: "m" }, response: {} };
const step = { step: "initialize", priority: "high", name: "model", override: true } as const;
/** Closest to the client, so that faults come before it. */
const last = { ...step, priority: "low" } as const;

let installed = false;

/** Once in a process, after its environment is set. */
export const install = (): void => {
  if (installed) return;
  installed = true;
  const real = Date.now;
  Date.now = () => {
    const here = context.getStore();
    return here ? here.outside.now + (here.skew ?? 0) : real();
  };
  Object.defineProperty(link("Settings"), "payments", {
    get: () => context.getStore()?.outside.payments ?? "sandbox",
    set: () => {},
  });
  sqs().middlewareStack.add(
    ((next: Next) => async (args: { input: { MessageBody: string } }) => {
      const here = context.getStore();
      if (!here) return next(args);
      here.outside.messages.push(args.input.MessageBody);
      const MD5OfMessageBody = createHash("md5").update(args.input.MessageBody).digest("hex");
      return { ...done, output: { ...done.output, MD5OfMessageBody } };
    }) as never,
    last,
  );
  ses().middlewareStack.add(
    ((next: Next) => async (args: unknown) => {
      const { outside, mailing } = context.getStore() ?? {};
      if (!outside || !mailing) return next(args);
      outside.mails.push({ ...mailing, at: outside.now });
      return done;
    }) as never,
    last,
  );
  db().middlewareStack.add(
    ((next: Next) => async (args: { input: { IndexName?: string } }) => {
      const here = context.getStore();
      await here?.gate?.();
      const result = await next(args);
      // the reconciliation of one run skips the orders of others, which have another time
      if (here && args.input.IndexName === "byOpen")
        result.output.Items = result.output.Items.filter((item: Item) => isMine(here.outside, item));
      return result;
    }) as never,
    step,
  );
};
