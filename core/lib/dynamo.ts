/** The DynamoDB client, made once per environment, and shared helpers for reads, writes and transactions. Many items: dynamo-batch.ts. */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import {
  type DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  type PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
  type UpdateCommandOutput,
} from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { sleep, ticks } from "./clock.ts";
import { link } from "./config.ts";
import { below } from "./ids.ts";
import { socketTimeout } from "./socket-timeout.ts";

export type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];
// biome-ignore lint/suspicious/noExplicitAny: an item as DynamoDB returns it; each <domain>.table.ts maps it to its type.
export type Item = Record<string, any>;
export type Table = "Catalog" | "Seats" | "Orders" | "Accounts";

let client: DynamoDBDocumentClient | undefined;

const make = (): DynamoDBDocumentClient => {
  const made = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 4, requestHandler: socketTimeout() }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  // it prepares every call's input and output for a log that is not used: a twentieth of a transaction's CPU
  made.middlewareStack.remove("loggerMiddleware");
  return made;
};

/** The document client of this environment. Undefined attributes are left out of items. */
export const db = (): DynamoDBDocumentClient => {
  client ??= make();
  return client;
};

export const table = (name: Table): string => link(name).name;

/**
 * ms for which a write that loses to other writers is tried again: about twenty tries. The last one ends well within the 10 s of a function.
 * Locally all functions share one machine: they have six times as long, and so have the tries (`ONSALE_CONTEND_MS`).
 */
const contendMs = () => Number(process.env.ONSALE_CONTEND_MS ?? 5_000);

/**
 * Runs `attempt` until it returns a value, with a growing pause and jitter between two tries. An attempt returns undefined if another
 * writer was faster; the next attempt reads its starting state again. Throws `giveUp()` after 5 s (on Lambda): nothing was written.
 */
export const contend = async <T>(attempt: () => Promise<T | undefined>, giveUp: () => Error): Promise<T> => {
  const end = ticks() + contendMs();
  for (let tries = 0; ; tries++) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (ticks() > end) throw giveUp();
    await sleep(below(20 * 2 ** Math.min(tries, 5)));
  }
};

type Single = UpdateCommand | PutCommand | DeleteCommand;

/**
 * Sends the write of one item. It is retried with jitter while a transaction works on the item: DynamoDB refuses the write then, and the
 * SDK does not retry it.
 */
export const send = (command: Single): Promise<Pick<UpdateCommandOutput, "Attributes">> => {
  let refusal = new Error("The item is in a transaction.");
  return contend(
    async () => {
      try {
        return await db().send(command as UpdateCommand);
      } catch (error) {
        if (!(error instanceof TransactionConflictException)) throw error;
        refusal = error;
        return undefined;
      }
    },
    () => refusal,
  );
};

/** `item`, if requested: as it was written (`ReturnValues`), or as it was when the condition failed (`ReturnValuesOnConditionCheckFailure`). */
export type Written = { written: boolean; item: Item | undefined };

/** As `send`, and answers whether the write's condition held. */
export const sendIf = async (command: Single): Promise<Written> => {
  try {
    return { written: true, item: (await send(command)).Attributes };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { written: false, item: error.Item && unmarshall(error.Item) };
  }
};

/** Updates one item if its condition holds. */
export const conditional = (update: UpdateCommandInput): Promise<Written> => sendIf(new UpdateCommand(update));

/** An item that must not exist yet, for a transaction. */
export const putNew = (name: Table, Item: Item): TransactItem => ({
  Put: { TableName: table(name), Item, ConditionExpression: "attribute_not_exists(pk)" },
});

/** Why an item of a transaction was refused. Refusals are in the order of the items. */
export type Refusal = {
  code: "None" | "ConditionalCheckFailed" | "TransactionConflict" | string;
  item: Item | undefined;
};

/**
 * Writes all items or none, in one request. Returns `undefined` if written, else one refusal per item, with the old item if its
 * `ReturnValuesOnConditionCheckFailure` is ALL_OLD. A failed condition is final. Conflicts alone are not, so they are retried with
 * jitter `conflictRetries` times before they are returned.
 */
export const transact = async (items: TransactItem[], conflictRetries = 4): Promise<Refusal[] | undefined> => {
  for (let attempt = 0; ; attempt++) {
    try {
      await db().send(new TransactWriteCommand({ TransactItems: items }));
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const refusals = (error.CancellationReasons ?? []).map((reason) => ({
        code: reason.Code ?? "None",
        item: reason.Item ? unmarshall(reason.Item) : undefined,
      }));
      const proven = refusals.some((refusal) => refusal.code === "ConditionalCheckFailed");
      if (proven || attempt >= conflictRetries) return refusals;
      await sleep(5 * 2 ** attempt + below(10 * 2 ** attempt));
    }
  }
};

/** Whether this item of the transaction failed its own condition. */
export const failed = (refusals: Refusal[], index: number): boolean =>
  refusals[index]?.code === "ConditionalCheckFailed";

/** An item as last written. */
export const getOne = async (name: Table, Key: Item): Promise<Item | undefined> =>
  (await db().send(new GetCommand({ TableName: table(name), Key, ConsistentRead: true }))).Item;
