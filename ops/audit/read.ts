/**
 * Reads a snapshot of the stage that this environment is linked to (`SST_RESOURCE_*`, `AWS_*`): the local engines, or a deployed stage
 * under `sst shell`. It reads items by their keys, without the code that wrote them.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, paginateQuery, paginateScan } from "@aws-sdk/lib-dynamodb";
import { link } from "#core/lib/config.ts";
import type { Item, Table } from "#core/lib/dynamo.ts";
import { readLedgers } from "./read-ledgers.ts";
import { readQueues } from "./read-queues.ts";
import { isAboutEvent, type MailFacts, mailKind, type Snapshot, type VisitorFacts } from "./snapshot.ts";

/** Parallel scans of a table: one scan of DynamoDB is limited by its 1 MB pages. */
const SEGMENTS = 4;
/** Partitions read at the same time. */
const AT_ONCE = 8;

/** The items and partitions to read. Default: all. */
type Wanted = { table: Table; of?: string[] | undefined; are: (item: Item) => boolean };

const find = async (client: DynamoDBDocumentClient, { table, of, are }: Wanted): Promise<Item[]> => {
  const common = { TableName: link(table).name, ConsistentRead: true };
  const all = async (pages: AsyncIterable<{ Items?: Item[] | undefined }>): Promise<Item[]> => {
    const items: Item[] = [];
    for await (const { Items = [] } of pages) items.push(...Items.filter(are));
    return items;
  };
  const segment = (Segment: number) => all(paginateScan({ client }, { ...common, Segment, TotalSegments: SEGMENTS }));
  const partition = (pk: string) =>
    all(
      paginateQuery(
        { client },
        { ...common, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": pk } },
      ),
    );
  if (!of) return (await Promise.all(Array.from({ length: SEGMENTS }, (_, n) => segment(n)))).flat();
  const found: Item[] = [];
  for (let at = 0; at < of.length; at += AT_ONCE)
    found.push(...(await Promise.all(of.slice(at, at + AT_ONCE).map(partition))).flat());
  return found;
};

const after = (key: string): string => key.slice(key.indexOf("#") + 1);
const begins = (...prefixes: string[]) => {
  return ({ pk, sk }: Item) =>
    prefixes.some((prefix) => String(sk).startsWith(prefix) && !String(pk).startsWith("SEED#"));
};

/** Only these events and these users. Mails, messages and payments of others are left out. */
export type Scope = { eventIds: string[]; userIds: string[] };

const users = (scope: Scope | undefined) => scope?.userIds.map((userId) => `USER#${userId}`);

const organisationLists = "LIST#ORG#";

const readCatalog = async (
  client: DynamoDBDocumentClient,
  scope: Scope | undefined,
): Promise<Pick<Snapshot, "events" | "log" | "lists">> => {
  const are = ({ pk, sk }: Item) =>
    sk === "META" ? String(pk).startsWith("EVENT#") : /^(LOG|LIST#ORG)#/.test(String(pk));
  const of = scope?.eventIds.flatMap((eventId) => [`EVENT#${eventId}`, `LOG#${eventId}`]);
  const items = await find(client, { table: "Catalog", of, are });
  const lists = items.filter(({ pk }) => String(pk).startsWith(organisationLists));
  return {
    events: items.filter(({ sk }) => sk === "META") as Snapshot["events"],
    log: items.filter(({ pk }) => String(pk).startsWith("LOG#")) as unknown as Snapshot["log"],
    lists: scope ? undefined : lists.map(({ pk, sk }) => `${String(pk).slice(organisationLists.length)} ${sk}`),
  };
};

const readSeats = async (
  client: DynamoDBDocumentClient,
  scope: Scope | undefined,
  events: Snapshot["events"],
): Promise<Snapshot["seats"]> => {
  const of = events.flatMap(({ eventId, sections }) => sections.map(({ sectionId }) => `${eventId}#${sectionId}`));
  return (await find(client, { table: "Seats", of: scope && of, are: () => true })).map((item) => {
    const [eventId = "", sectionId = ""] = String(item.pk).split("#");
    return { ...(item as Snapshot["seats"][number]), eventId, sectionId, seatId: item.sk };
  });
};

const readOrders = async (
  client: DynamoDBDocumentClient,
  scope: Scope | undefined,
): Promise<Pick<Snapshot, "orders" | "baskets" | "checkIns">> => {
  const are = begins("ORDER#", "BASKET#", "CHECKIN#");
  const items = await find(client, { table: "Orders", of: users(scope), are });
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

const readAccounts = async (
  client: DynamoDBDocumentClient,
  scope: Scope | undefined,
): Promise<Pick<Snapshot, "wallets" | "entries" | "charges">> => {
  const items = await find(client, { table: "Accounts", of: users(scope), are: begins("WALLET", "ENTRY#", "KEY#") });
  return {
    wallets: items.filter(begins("WALLET")).map((item) => ({ userId: after(item.pk), balance: item.balance })),
    entries: items
      .filter(begins("ENTRY#"))
      .map((item) => ({ ...(item as Snapshot["entries"][number]), userId: after(item.pk) })),
    charges: items
      .filter(({ sk, paymentId }) => String(sk).startsWith("KEY#") && paymentId !== undefined)
      .map((item) => ({ ...(item as Snapshot["charges"][number]), userId: after(item.pk) })),
  };
};

type Stored = { subject: string; body: { text?: string }; at: number };

/** The local inbox. On AWS mails cannot be read. */
const readInbox = async (): Promise<MailFacts[] | undefined> => {
  const inbox = process.env.AWS_ENDPOINT_URL_SESV2;
  if (!inbox) return undefined;
  const { emails } = (await (await fetch(`${inbox}/store`)).json()) as { emails: Stored[] };
  return emails.flatMap(({ subject, body, at }) => {
    if (isAboutEvent(subject)) return [];
    const orderId = /\bord_[0-9A-Z]{26}\b/.exec(body.text ?? "")?.[0];
    // the inbox's times are whole seconds
    return orderId ? [{ orderId, kind: mailKind(subject), at: at * 1000 }] : [];
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

type Reading = {
  now: number;
  /** What the visitors of a load test saw in the queue. */
  visitors?: VisitorFacts[];
  /** Default: everything. */
  scope?: Scope;
  /** Whether Redis is read too. Default: true. */
  queues?: boolean;
};

/** Reads the tables and queues and, without a scope, also mails, messages and payments. */
export const read = async ({ now, visitors = [], scope, queues: wanted = true }: Reading): Promise<Snapshot> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  try {
    const { events, ...catalog } = await readCatalog(client, scope);
    const [seats, orders, accounts, payments, mails, messages] = await Promise.all([
      readSeats(client, scope, events),
      readOrders(client, scope),
      readAccounts(client, scope),
      scope ? undefined : readLedgers(),
      scope ? undefined : readInbox(),
      scope ? undefined : readMessages(),
    ]);
    const queues = await readQueues(
      events.filter(({ queue }) => wanted && queue.enabled),
      now,
    );
    return { at: now, events, ...catalog, seats, ...orders, ...accounts, payments, mails, messages, queues, visitors };
  } finally {
    client.destroy();
  }
};
