/**
 * Handles records that the stream's consumers gave up. Their dead letters contain positions of records, not the records. Within a day the
 * records are read again for the orders' ids. After that, it looks for orders whose mail was never sent. Each order is then given, as it is
 * now, to the consumers' own handlers in this process, which skip what is done already.
 */
import {
  type _Record,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  TrimmedDataAccessException,
} from "@aws-sdk/client-dynamodb-streams";
import type { Message } from "@aws-sdk/client-sqs";
import { GetCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { now } from "#core/lib/clock.ts";
import { link } from "#core/lib/config.ts";
import { db, type Item, table } from "#core/lib/dynamo.ts";
import type { UnsentReason } from "#core/order/index.ts";
import { invoke } from "#local/lambda.ts";
import type { Letter } from "#local/pollers/stream-delivery.ts";
import { discard, letters, putBack } from "./letters.ts";

type Consumer = "mail" | "leave";
type Key = { pk: string; sk: string };
type Redrive = { apply: boolean; unsent: boolean; print: (line: string) => void };

/** The number of pages without a wanted record after which the rest of a shard is skipped. */
const maxPages = 20;

const consumersOf = ({ requestContext }: Letter): Consumer[] => {
  const named = /\b(mail|leave)\b(?!.*\b(mail|leave)\b)/.exec(requestContext?.functionArn ?? "")?.[1];
  return named ? [named as Consumer] : ["mail", "leave"];
};

/** The keys of the letter's records; undefined if the stream no longer has them. */
const recordsOf = async ({ DDBStreamBatchInfo: info }: Letter): Promise<Key[] | undefined> => {
  const client = new DynamoDBStreamsClient({});
  try {
    const begin = {
      StreamArn: info.streamArn,
      ShardId: info.shardId,
      ShardIteratorType: "AT_SEQUENCE_NUMBER" as const,
      SequenceNumber: info.startSequenceNumber,
    };
    let next = (await client.send(new GetShardIteratorCommand(begin))).ShardIterator;
    const keys: Key[] = [];
    for (let page = 0; next && page < maxPages; page++) {
      const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator: next }));
      for (const record of Records) {
        if (sequence(record) > BigInt(info.endSequenceNumber)) return keys;
        keys.push(keyOf(record));
        if (sequence(record) === BigInt(info.endSequenceNumber)) return keys;
      }
      next = NextShardIterator;
    }
    return keys;
  } catch (error) {
    const gone = error instanceof TrimmedDataAccessException || (error as Error).name === "ResourceNotFoundException";
    if (gone) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
};

const sequence = ({ dynamodb }: _Record) => BigInt(dynamodb?.SequenceNumber ?? "0");
const keyOf = ({ dynamodb }: _Record): Key => ({ pk: dynamodb?.Keys?.pk?.S ?? "", sk: dynamodb?.Keys?.sk?.S ?? "" });

/** Orders whose mail was never sent. It reads the whole table. */
async function* ordersWithoutMail(): AsyncGenerator<Item> {
  const all = {
    TableName: table("Orders"),
    FilterExpression:
      // a hold that was given back has no `ref`, which comes with an order's first e-mail, sent or not
      "(#status = :confirmed AND attribute_not_exists(confirmedMailedAt)) OR (#status = :refunded AND attribute_not_exists(refundedMailedAt)) OR (#status = :released AND attribute_exists(#ref) AND attribute_not_exists(releasedMailedAt))",
    ExpressionAttributeNames: { "#status": "status", "#ref": "ref" },
    ExpressionAttributeValues: { ":confirmed": "confirmed", ":refunded": "refunded", ":released": "released" },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateScan({ client: db() }, all)) yield* Items;
}

/** Whether a consumer has handled the order as it is now. */
const handleAgain = async (consumer: Consumer, item: Item): Promise<boolean> => {
  const record = {
    eventName: "MODIFY",
    dynamodb: {
      Keys: marshall({ pk: item.pk, sk: item.sk }),
      NewImage: marshall(item),
      SequenceNumber: "1",
      ApproximateCreationDateTime: now() / 1000,
    },
  };
  const { batchItemFailures } = (await invoke(consumer, { Records: [record] })) as { batchItemFailures: unknown[] };
  return batchItemFailures.length === 0;
};

const read = async (key: Key): Promise<Item | undefined> =>
  (await db().send(new GetCommand({ TableName: table("Orders"), Key: key, ConsistentRead: true }))).Item;

const UNSENT: Record<UnsentReason, string> = {
  limit: "its address has reached the limit of e-mails a day",
  refused: "SES refuses it again",
};

/** `old`: the stream no longer has the records of the dead letter. */
type End = "handled" | "failed" | "old";

const handling = ({ apply, print }: Redrive) => {
  const result = { handled: 0, failed: 0 };

  const order = async (item: Item | undefined, consumers: Consumer[]): Promise<boolean> => {
    if (item?.type !== "order") return true; // deleted since then: nothing to do
    result.handled++;
    print(`${apply ? "hands" : "would hand"} ${item.orderId} (${item.status}) to ${consumers.join(" and ")}`);
    if (!apply) return true;
    const accepted = await Promise.all(consumers.map((consumer) => handleAgain(consumer, item)));
    const after = await read({ pk: item.pk, sk: item.sk });
    const unsent = after?.[`${after.status}Unsent`];
    if (accepted.every(Boolean) && !unsent) return true;
    result.failed++;
    print(
      `${item.orderId} ${unsent ? `has no e-mail: ${UNSENT[unsent as UnsentReason]}` : "failed again: fix the cause first"}`,
    );
    return false;
  };

  const letter = async ({ Body = "" }: Message): Promise<End> => {
    const given = JSON.parse(Body) as Letter;
    const keys = await recordsOf(given);
    if (!keys) return "old";
    let all = true;
    for (const key of keys) all = (await order(await read(key), consumersOf(given))) && all;
    return all ? "handled" : "failed";
  };

  return { result, order, letter };
};

/** Returns how many orders were handled, or would be, and how many of them failed again. */
export const redriveStream = async (options: Redrive): Promise<{ handled: number; failed: number }> => {
  const { apply, print } = options;
  const url = link("StreamDeadLetters").url;
  const { result, order, letter } = handling(options);
  const seen: Message[] = [];
  const old: Message[] = [];
  for await (const messages of letters(url)) {
    seen.push(...messages);
    const done: Message[] = [];
    for (const message of messages) {
      const end = await letter(message);
      if (end === "handled") done.push(message);
      if (end === "old") old.push(message);
    }
    if (apply) await discard(url, done);
  }
  if (old.length > 0)
    print(`${old.length} dead letters are older than the stream: searching for orders whose mail was never sent`);
  if (old.length > 0 || options.unsent) for await (const item of ordersWithoutMail()) await order(item, ["mail"]);
  // an old letter is discarded only after the search, when its orders were handled
  if (apply && result.failed === 0)
    for (let at = 0; at < old.length; at += 10) await discard(url, old.slice(at, at + 10));
  if (!apply) await putBack(url, seen);
  return result;
};
