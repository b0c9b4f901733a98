/** A person with something in every place that has personal data, and a walk through all places that may have any. */
import { randomUUID } from "node:crypto";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { PutCommand, paginateScan, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "vitest";
import * as Table from "#core/account/account.table.ts";
import * as Account from "#core/account/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import { tableNames } from "#core/contract/tables.ts";
import { now } from "#core/lib/clock.ts";
import { db, type Item, table, transact } from "#core/lib/dynamo.ts";
import { redis } from "#core/lib/redis.ts";
import { sqs } from "#core/lib/sqs.ts";
import type { bank } from "./bank.ts";
import { disownIn, mailsTo } from "./codes.ts";
import { shop } from "./shop.ts";

type At = Awaited<ReturnType<typeof bank>>;

/** `marker` is part of every text about the person. */
export type Person = {
  userId: string;
  email: string;
  name: string;
  token: string;
  refreshToken: string;
  password: string;
  marker: string;
};

const put = (name: "Accounts" | "Orders", Item: Item) => db().send(new PutCommand({ TableName: table(name), Item }));
const set = (name: "Accounts" | "Orders", Key: Table.Key, field: string, value: unknown) =>
  db().send(
    new UpdateCommand({
      TableName: table(name),
      Key,
      UpdateExpression: "SET #field = :value",
      ExpressionAttributeNames: { "#field": field },
      ExpressionAttributeValues: { ":value": value },
    }),
  );

/** Signed up and signed in, with an earlier address, a passkey, a role at an entrance and a device. */
export const person = async ({ stage }: Pick<At, "stage">): Promise<Person> => {
  const marker = `mk${randomUUID().slice(0, 13).replace("-", "")}`;
  const [email, password, name] = [`${marker}@onsale.test`, "correct horse", `Name ${marker}`];
  const { userId } = await Account.create({ email, password, name }, now());
  const { body } = await stage.call("POST /v1/sessions", { body: { email, password } });
  const { accessToken: token, refreshToken } = body;
  const sessionId = refreshToken.split(".")[1];
  const old = `old.${marker}@onsale.test`;
  await Promise.all([
    set("Accounts", Table.profileKey(userId), "formerEmails", [old]),
    set("Accounts", Table.sessionKey(userId, sessionId), "device", `Phone of ${marker}`),
    put("Accounts", { ...Table.emailKey(old), userId, movedTo: email, until: now() + 86_400_000 }),
    put("Accounts", { ...Table.profileKey(userId), sk: `PASSKEY#${marker}`, userId, name: `Key ${marker}` }),
    put("Accounts", { pk: `PASSKEY#${marker}`, sk: "PASSKEY", userId, publicKey: "p", counter: 0 }),
    put("Accounts", Table.membershipItem(userId, { organisationId: "org_test", role: "entrance" }, now())),
  ]);
  return { userId, email, name, token, refreshToken, password, marker };
};

/** Also with a code, a wrong password, a declined card, a charge, an order by card with another address, check-ins, and a place in a lobby. */
export const customer = async (at: At): Promise<Person & { orderId: string; eventId: string; lobby: string }> => {
  const { stage } = at;
  const one = await person(at);
  const { userId, email, token, marker } = one;
  const admin = await stage.user({ roles: ["admin"] });
  const steps = shop(stage);
  await stage.call("POST /v1/codes", { body: { email, purpose: "verify" } });
  await stage.notify();
  const letter = disownIn((await mailsTo(email)).at(-1));
  await stage.call("POST /v1/codes", { body: { email, purpose: "signin", letter } }); // in the list of codes for readers of the mailbox
  await stage.notify();
  await stage.call("POST /v1/sessions", { body: { email, password: "wrong horse" } });
  const charge = (card: string) =>
    stage.call("POST /v1/wallet/charges", { token, body: { amount: 5_000, card: { token: card } } });
  expect((await charge("tok_decline")).status).toBe(402);
  expect((await charge("tok_approve")).status).toBe(201);
  const { eventId } = await stage.event();
  const { orderId } = await steps.held(one, { eventId, seats: ["A-1-1", "A-1-2"] });
  await steps.pay(one, orderId, { method: "card", card: { token: "tok_approve" } });
  await stage.settle();
  const changed = await stage.call("PUT /v1/admin/orders/{orderId}/mail-address", {
    token: admin.token,
    params: { orderId },
    query: { userId },
    body: { email: `tickets.${marker}@onsale.test` },
  });
  expect(changed.status).toBe(200);
  await stage.drain();
  const ticketId = `tkt_${orderId.slice(4)}`;
  const scan = { ticketId, orderId, eventId, checkedInAt: now(), checkedInBy: admin.userId, scan: "s" };
  await put("Orders", { pk: `USER#${userId}`, sk: `CHECKIN#${ticketId}_1`, type: "check-in", ...scan });
  await put("Orders", { pk: `USER#${userId}`, sk: `UNDONE#${ticketId}_2#s`, type: "check-in-undone", ...scan });
  const seat = { eventId, sectionId: "A", seatId: "A-1-1" };
  expect(await transact([Catalog.enterSeat({ seat, orderId })])).toBeUndefined();
  const opens = { salesOpenAt: new Date(now() + 3 * 3_600_000).toISOString(), queue: { enabled: true } };
  const { eventId: lobby } = await stage.event(opens);
  const joined = await stage.call("POST /v1/events/{eventId}/queue/places", {
    ...{ token, params: { eventId: lobby }, body: {} },
  });
  expect(joined.status).toBeLessThan(300);
  return { ...one, orderId, eventId, lobby };
};

export type Found = { where: string; item: Item };

const scan = async (name: (typeof tableNames)[number]): Promise<Found[]> => {
  const found: Found[] = [];
  for await (const { Items = [] } of paginateScan({ client: db() }, { TableName: table(name), ConsistentRead: true }))
    found.push(...Items.map((item) => ({ where: name, item })));
  return found;
};

/** What waits in these queues, without taking it. */
const waiting = async (queues: Record<string, string>): Promise<Found[]> => {
  const all = Object.entries(queues).map(async ([where, QueueUrl]) => {
    const { Messages = [] } = await sqs().send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
    );
    return Messages.map(({ Body }) => ({ where, item: { Body } }));
  });
  return (await Promise.all(all)).flat();
};

const inRedis = async (eventIds: string[]): Promise<Found[]> => {
  const keys = (await Promise.all(eventIds.map((eventId) => redis().keys(`*{${eventId}}*`)))).flat();
  const all = keys.map(async (key) => {
    const type = await redis().type(key);
    const content = type === "hash" ? await redis().hgetall(key) : await redis().zrange(key, 0, -1);
    return { where: "Redis", item: { key, content } };
  });
  return Promise.all(all);
};

const textOf = (item: Item): string =>
  JSON.stringify(item, (_, value) => (value instanceof Set ? [...value] : value)).toLowerCase();

/** Everything in tables, queues and Redis that contains one of these texts, in any letter case. */
export const mentions = async (texts: string[], { stage }: Pick<At, "stage">, eventIds: string[] = []) => {
  const all = [
    ...(await Promise.all(tableNames.map(scan))).flat(),
    ...(await waiting(stage.resources.queues)),
    ...(await inRedis(eventIds)),
  ];
  return all.filter(({ item }) => texts.some((text) => textOf(item).includes(text.toLowerCase())));
};
