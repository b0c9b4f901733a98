/** The writes of each request that took effect in DynamoDB, SQS and SES. */
import { AsyncLocalStorage } from "node:async_hooks";
import { db } from "#core/lib/dynamo.ts";
import { ses } from "#core/lib/ses.ts";
import { sqs } from "#core/lib/sqs.ts";
import type { Json } from "./api.ts";

const under = new AsyncLocalStorage<string[]>();

/** A part of a key, from the document client or from the wire. */
const plain = (value: Json): string => value?.S ?? value;
const keyOf = ({ Item, Key = Item }: Json): string => `${plain(Key.pk)} ${plain(Key.sk)}`;

/** `<what> <pk> <sk>` of each item that a command writes. */
const written = (command: string, input: Json): string[] => {
  const single = /^(Put|Update|Delete)(Item)?Command$/.exec(command)?.[1];
  if (single) return [`${single} ${keyOf(input)}`];
  if (/^TransactWrite(Items)?Command$/.test(command))
    return input.TransactItems.flatMap((item: Json) =>
      Object.entries(item)
        .filter(([kind]) => kind !== "ConditionCheck")
        .map(([kind, one]) => `${kind} ${keyOf(one)}`),
    );
  if (/^BatchWrite(Item)?Command$/.test(command))
    return Object.values<Json>(input.RequestItems).flatMap((all) =>
      all.map(({ PutRequest, DeleteRequest }: Json) => `Batch ${keyOf(PutRequest ?? DeleteRequest)}`),
    );
  return /^Send(Message|Email)Command$/.test(command) ? [command] : [];
};

let watching = false;

/** Watches the clients of this process. */
export const watch = (): void => {
  if (watching) return;
  watching = true;
  const step = { step: "initialize", priority: "high", name: "writes", override: true } as const;
  for (const client of [db(), sqs(), ses()])
    (client.middlewareStack as Json).add(
      (next: Json, { commandName }: Json) =>
        async (args: Json) => {
          const mine = under.getStore();
          // before the call, because the document client changes the input
          const items = mine ? written(commandName, args.input) : [];
          const result = await next(args);
          mine?.push(...items);
          return result;
        },
      step,
    );
};

/** Runs the work, and returns what it wrote. */
export const watched = async <T>(work: () => Promise<T>): Promise<{ result: T; writes: string[] }> => {
  const writes: string[] = [];
  return { result: await under.run(writes, work), writes };
};
