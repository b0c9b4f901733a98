/**
 * Reads a snapshot from wherever this environment is linked to (`SST_RESOURCE_*`, `AWS_*`): the local engines, or a deployed stage
 * under `sst shell`. Items are read by their keys as DESIGN section 3 writes them, past the code that wrote them.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { link } from "#core/lib/config.ts";
import type { Item, Table } from "#core/lib/dynamo.ts";
import { readQueues } from "./read-queues.ts";
import type { MailFacts, PaymentFacts, Snapshot, VisitorFacts } from "./snapshot.ts";

/** Parallel scans of a table; one scan of DynamoDB is bound by its 1 MB pages. */
const SEGMENTS = 4;

const scan = async (client: DynamoDBDocumentClient, table: Table, wanted: (item: Item) => boolean): Promise<Item[]> => {
  const segment = async (Segment: number) => {
    const items: Item[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await client.send(
        new ScanCommand({
          TableName: link(table).name,
          ConsistentRead: true,
          Segment,
          TotalSegments: SEGMENTS,
          ExclusiveStartKey,
        }),
      );
      for (const item of page.Items ?? []) if (wanted(item)) items.push(item);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  };
  return (await Promise.all(Array.from({ length: SEGMENTS }, (_, n) => segment(n)))).flat();
};

const after = (key: string): string => key.slice(key.indexOf("#") + 1);
const begins = (...prefixes: string[]) => {
  return ({ pk, sk }: Item) =>
    prefixes.some((prefix) => String(sk).startsWith(prefix) && !String(pk).startsWith("SEED#"));
};

const readEvents = async (client: DynamoDBDocumentClient): Promise<Snapshot["events"]> =>
  (await scan(
    client,
    "Catalog",
    ({ pk, sk }) => sk === "META" && String(pk).startsWith("EVENT#"),
  )) as Snapshot["events"];

const readSeats = async (client: DynamoDBDocumentClient): Promise<Snapshot["seats"]> =>
  (await scan(client, "Seats", () => true)).map((item) => {
    const [eventId = "", sectionId = ""] = String(item.pk).split("#");
    return { ...(item as Snapshot["seats"][number]), eventId, sectionId, seatId: item.sk };
  });

const readOrders = async (
  client: DynamoDBDocumentClient,
): Promise<Pick<Snapshot, "orders" | "baskets" | "checkIns">> => {
  const items = await scan(client, "Orders", begins("ORDER#", "BASKET#", "CHECKIN#"));
  const of = (prefix: string) => items.filter(begins(prefix));
  return {
    orders: of("ORDER#") as Snapshot["orders"],
    baskets: of("BASKET#").map((item) => ({
      userId: after(item.pk),
      eventId: after(item.sk),
      openOrder: item.openOrder,
      bought: item.bought ?? 0,
    })),
    checkIns: of("CHECKIN#").map((item) => ({ userId: after(item.pk), ticketId: after(item.sk) })),
  };
};

const readAccounts = async (client: DynamoDBDocumentClient): Promise<Pick<Snapshot, "wallets" | "entries">> => {
  const items = await scan(client, "Accounts", begins("WALLET", "ENTRY#"));
  return {
    wallets: items.filter(begins("WALLET")).map((item) => ({ userId: after(item.pk), balance: item.balance })),
    entries: items
      .filter(begins("ENTRY#"))
      .map((item) => ({ ...(item as Snapshot["entries"][number]), userId: after(item.pk) })),
  };
};

/** The sandbox's book; a real provider has none that is read like this. */
export const readBook = async (): Promise<PaymentFacts[] | undefined> => {
  const { url, key } = link("Gateway");
  const answer = await fetch(`${url}/book`, { headers: { authorization: `Bearer ${key}` } }).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as { items: PaymentFacts[] }).items : undefined;
};

type Stored = { subject: string; body: { text?: string }; at: number };

/** The local inbox; on AWS the mails are their readers'. */
const readInbox = async (): Promise<MailFacts[] | undefined> => {
  const inbox = process.env.AWS_ENDPOINT_URL_SESV2;
  if (!inbox) return undefined;
  const { emails } = (await (await fetch(`${inbox}/store`)).json()) as { emails: Stored[] };
  return emails.flatMap(({ subject, body, at }) => {
    const orderId = /\bord_[0-9A-Z]{26}\b/.exec(body.text ?? "")?.[0];
    // the inbox counts in seconds
    return orderId ? [{ orderId, kind: subject.startsWith("Refunded") ? "refunded" : "confirmed", at: at * 1000 }] : [];
  });
};

const readMessages = async (): Promise<Snapshot["messages"]> => {
  const client = new SQSClient({});
  const count = async (QueueUrl: string) => {
    const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    const visible = Number(Attributes.ApproximateNumberOfMessages ?? 0);
    const inFlight = Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0);
    const delayed = Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0);
    const redrive = JSON.parse(Attributes.RedrivePolicy ?? "{}") as { deadLetterTargetArn?: string };
    return { all: visible + inFlight + delayed, deadLetters: redrive.deadLetterTargetArn?.split(":").at(-1) };
  };
  try {
    const { url } = link("SettleQueue");
    const { all: waiting, deadLetters } = await count(url);
    if (!deadLetters) return { waiting, dead: 0 };
    const dead = process.env.AWS_ENDPOINT_URL_SQS
      ? url.slice(0, url.lastIndexOf("/") + 1) + deadLetters
      : (await client.send(new GetQueueUrlCommand({ QueueName: deadLetters }))).QueueUrl;
    return { waiting, dead: dead ? (await count(dead)).all : 0 };
  } finally {
    client.destroy();
  }
};

/** Everything there is. `visitors`: what a load run saw of the queue. */
export const read = async (more: { now: number; visitors?: VisitorFacts[] }): Promise<Snapshot> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  try {
    const [events, seats, orders, accounts, payments, mails, messages] = await Promise.all([
      readEvents(client),
      readSeats(client),
      readOrders(client),
      readAccounts(client),
      readBook(),
      readInbox(),
      readMessages(),
    ]);
    const queues = await readQueues(
      events.filter(({ queue }) => queue.enabled),
      more.now,
    );
    const visitors = more.visitors ?? [];
    return { at: more.now, events, seats, ...orders, ...accounts, payments, mails, messages, queues, visitors };
  } finally {
    client.destroy();
  }
};
