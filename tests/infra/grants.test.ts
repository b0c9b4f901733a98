/**
 * The grants of each service, complete and written by hand: a change of a grant is written here, too. Two grants of every service are left
 * out: its own log, and X-Ray.
 */
import { expect, it } from "vitest";
import { grants } from "#core/contract/permissions.ts";
import { type ServiceName, serviceNames } from "#core/contract/services.ts";
import { type Statement, test as stage } from "./graph.ts";

const { policy } = stage();

/** `actions: on what`, and then `under` which partition keys, which attributes `alone`, `from` which address. */
const granted: Record<ServiceName, string[]> = {
  queue: [
    "GetItem, Query, UpdateItem: table/Catalog under EVENT#*",
    "GetItem: table/Catalog under SEED#*",
    "Query: table/Seats",
    "GetItem, UpdateItem: table/Orders under USER#*",
  ],
  catalog: [
    "GetItem, Query, BatchGetItem: table/Catalog under EVENT#*, LIST#*",
    "UpdateItem: table/Catalog under EVENT#*",
    "Query: table/Seats",
  ],
  orders: [
    "GetItem, Query, BatchGetItem: table/Catalog under EVENT#*",
    "UpdateItem: table/Catalog under EVENT#*",
    "GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem: table/Seats",
    "GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem: table/Orders",
    "GetItem, PutItem, UpdateItem: table/Accounts under USER#*",
    "BatchGetItem: table/Accounts under DECLINES#*",
    "UpdateItem: table/Accounts under ASKED#*",
    "GetItem: table/Accounts under ACCOUNT#*, alone pk, sk, until, revoked, unproven",
    "SendMessage: SettleQueue",
    "SendMessage: MailQueue",
  ],
  accounts: [
    "GetItem, BatchGetItem: table/Accounts under ACCOUNT#*, EMAIL#*, FAILURES#*",
    "PutItem, UpdateItem, ConditionCheckItem: table/Accounts under ACCOUNT#*, EMAIL#*",
    "Query, DeleteItem: table/Accounts under ACCOUNT#*",
    "DeleteItem: table/Accounts under EMAIL#*",
    "PutItem: table/Accounts under CHANGE#*",
    "BatchGetItem, PutItem, UpdateItem, DeleteItem: table/Accounts under PASSKEY#*",
    "UpdateItem: table/Accounts under CHALLENGE#*",
    "UpdateItem, DeleteItem: table/Accounts under CODE#*",
    "UpdateItem, DeleteItem: table/Accounts under FAILURES#*",
    "Query: table/Accounts under MEMBER#*",
    "SendMessage: MailQueue",
  ],
  privacy: [
    "GetItem, Query, BatchGetItem: table/Catalog under EVENT#*, LIST#*",
    "Query: table/Accounts under ACCOUNT#*, EMAIL#*, PASSKEY#*, MEMBER#*, CODE#*, CODES#*, FAILURES#*, DECLINES#*, USER#*, RETAINED#*",
    "GetItem: table/Accounts under ACCOUNT#*, ORGANISATION#*",
    "UpdateItem, DeleteItem: table/Accounts under ACCOUNT#*",
    "Query: table/Orders under USER#*",
    "SendMessage: MailQueue",
  ],
  wallet: [
    "GetItem, PutItem, UpdateItem, Query: table/Accounts under USER#*",
    "BatchGetItem, UpdateItem: table/Accounts under DECLINES#*",
    "GetItem: table/Accounts under ACCOUNT#*, alone pk, sk, until, revoked, unproven",
    "SendMessage: SettleQueue",
  ],
  admin: [
    "GetItem, Query, BatchGetItem, PutItem, UpdateItem: table/Catalog under EVENT#*",
    "Query, BatchWriteItem: table/Catalog under LIST#*",
    "PutItem: table/Catalog under SEED#*",
    "BatchWriteItem, DeleteItem: table/Catalog under EVENT#*, SEED#*",
    "GetItem, PutItem, Query: table/Catalog under LOG#*",
    "GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem: table/Seats",
    "GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem: table/Orders",
    "GetItem, PutItem, UpdateItem: table/Accounts under USER#*",
    "GetItem, BatchGetItem: table/Accounts under ACCOUNT#*, alone pk, sk, userId, email, name, locale, emailVerified, erasing",
    "GetItem: table/Accounts under EMAIL#*, alone pk, sk, userId, movedTo",
    "UpdateItem: table/Accounts under ASKED#*",
    "GetItem: table/Accounts under ACCOUNT#*, alone pk, sk, until, revoked, unproven",
    "Query: table/Accounts under MEMBER#*",
    "GetItem: table/Accounts under DEVICES#*",
    "Query: table/Orders/index/byEnded",
    "Query: table/Orders/index/byRef",
    "Query: table/Orders/index/byOpen",
    "SendMessage: FanoutQueue",
    "SendMessage: MailQueue",
  ],
  members: [
    "Query, PutItem, DeleteItem: table/Accounts under MEMBER#*",
    "GetItem, PutItem: table/Accounts under ORGANISATION#*",
    "GetItem, Query, PutItem, UpdateItem, DeleteItem: table/Accounts under DEVICES#*",
    "GetItem: table/Catalog under EVENT#*",
    "GetItem, BatchGetItem: table/Accounts under ACCOUNT#*, alone pk, sk, userId, email, name, locale, emailVerified, erasing",
    "GetItem: table/Accounts under ACCOUNT#*, alone pk, sk, until, revoked, unproven",
    "PutItem, Query: table/Catalog under LOG#*",
    "SendMessage: MailQueue",
  ],
  settle: [
    "GetItem, Query, BatchGetItem: table/Catalog under EVENT#*",
    "GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem: table/Seats",
    "GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem: table/Orders",
    "GetItem, PutItem, UpdateItem: table/Accounts under USER#*",
    "BatchGetItem, UpdateItem: table/Accounts under DECLINES#*",
    "SendMessage: SettleQueue",
    "ReceiveMessage, DeleteMessage, GetQueueAttributes, ChangeMessageVisibility: SettleQueue",
  ],
  notify: [
    "GetItem, Query, BatchGetItem: table/Catalog under EVENT#*",
    "GetItem, UpdateItem: table/Orders under USER#*",
    "GetItem: table/Accounts under EMAIL#*, alone pk, sk, userId, movedTo",
    "GetItem: table/Accounts under ACCOUNT#*, alone pk, sk, userId, email, name, locale, emailVerified, erasing",
    "GetItem, PutItem, UpdateItem, DeleteItem: table/Accounts under CODE#*, CODES#*",
    "GetItem, UpdateItem: table/Accounts under CHANGE#*",
    "UpdateItem: table/Accounts under MAILS#*",
    "Query: table/Catalog under LIST#*",
    "Query: table/Accounts under ACCOUNT#*, EMAIL#*, PASSKEY#*, MEMBER#*, CODE#*, CODES#*, FAILURES#*, DECLINES#*, USER#*, RETAINED#*",
    "GetItem: table/Accounts under ACCOUNT#*",
    "GetItem, PutItem, UpdateItem: table/Accounts under ORGANISATION#*",
    "PutItem: table/Catalog under LOG#*",
    "UpdateItem: table/Accounts under ACCOUNT#*, EMAIL#*",
    "DeleteItem: table/Accounts under ACCOUNT#*, EMAIL#*, PASSKEY#*, MEMBER#*, CODE#*, CODES#*",
    "PutItem: table/Accounts under RETAINED#*",
    "Query: table/Orders under USER#*",
    "SendMessage: MailQueue",
    "SendMessage: SettleQueue",
    "ReceiveMessage, DeleteMessage, GetQueueAttributes, ChangeMessageVisibility: MailQueue",
    "SendEmail, SendRawEmail: identity/*, configuration-set/onsale-test from tickets@example.com",
  ],
  fanout: [
    "GetItem, Query, BatchGetItem: table/Catalog under EVENT#*",
    "UpdateItem: table/Catalog under EVENT#*",
    "GetItem, Query: table/Catalog under LOG#*",
    "GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem: table/Seats",
    "GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem: table/Orders",
    "GetItem, PutItem, UpdateItem: table/Accounts under USER#*",
    "GetItem: table/Accounts under ACCOUNT#*, alone pk, sk, userId, email, name, locale, emailVerified, erasing",
    "UpdateItem: table/Accounts under MAILS#*",
    "SendMessage: FanoutQueue",
    "ReceiveMessage, DeleteMessage, GetQueueAttributes, ChangeMessageVisibility: FanoutQueue",
    "SendEmail, SendRawEmail: identity/*, configuration-set/onsale-test from tickets@example.com",
  ],
  leave: [
    "GetItem, Query, BatchGetItem: table/Catalog under EVENT#*",
    "SendMessage: SettleQueue",
    "DescribeStream, GetRecords, GetShardIterator, ListStreams: table/Orders/stream",
    "SendMessage: StreamDeadLetters",
  ],
  mail: [
    "GetItem, Query, BatchGetItem: table/Catalog under EVENT#*",
    "GetItem, UpdateItem: table/Orders under USER#*",
    "GetItem: table/Accounts under ACCOUNT#*, alone pk, sk, userId, email, name, locale, emailVerified, erasing",
    "UpdateItem: table/Accounts under MAILS#*",
    "DescribeStream, GetRecords, GetShardIterator, ListStreams: table/Orders/stream",
    "SendMessage: StreamDeadLetters",
    "SendEmail, SendRawEmail: identity/*, configuration-set/onsale-test from tickets@example.com",
  ],
  reconcile: [
    "GetItem, Query, BatchGetItem: table/Catalog under EVENT#*",
    "GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem: table/Seats",
    "GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem: table/Orders",
    "GetItem, PutItem, UpdateItem: table/Accounts under USER#*",
    "BatchGetItem, UpdateItem: table/Accounts under DECLINES#*",
    "Query: table/Orders/index/byOpen",
  ],
};

const short = (arn: string): string =>
  arn
    .replace(/^arn:aws:\w+:us-east-1:123456789012:/, "")
    .replace(/onsale-test-(\w+?)(Table|Queue)-\w{8}/, "$1")
    .replace(/\/stream\/.*/, "/stream");

/** A condition in words; an unknown one stays as IAM writes it. */
const words = (condition: string): string =>
  condition
    .replace(/^ForAllValues:StringLike dynamodb:LeadingKeys /, " under ")
    .replace(/^ForAllValues:StringEquals dynamodb:Attributes /, ", alone ")
    .replace(/^StringEquals ses:FromAddress /, " from ");

const said = ({ Effect, Action, Resource, Condition = {} }: Statement): string => {
  const conditions = Object.entries(Condition).flatMap(([test, keys]) =>
    Object.entries(keys).map(([name, values]) => `${test} ${name} ${values.join(", ")}`),
  );
  // a list of attributes restricts only a request that names some, so the two conditions belong together
  const select = "StringEquals dynamodb:Select SPECIFIC_ATTRIBUTES";
  const bound = conditions.some((one) => one.includes("dynamodb:Attributes")) && conditions.includes(select);
  const conditionWords = conditions.filter((one) => !(bound && one === select)).map(words);
  const actions = Action.map((action) => action.replace(/^\w+:/, "")).join(", ");
  return `${Effect === "Allow" ? "" : Effect}${actions}: ${Resource.map(short).join(", ")}${conditionWords.join("")}`;
};

const everyServiceHas = (service: ServiceName) => [
  `CreateLogStream, PutLogEvents: log-group:/aws/lambda/onsale-test-${service}:*`,
  "PutTraceSegments, PutTelemetryRecords: *",
];

it.each(serviceNames)("%s has these permissions and no other", (service) => {
  expect(policy(service).map(said).sort()).toEqual([...everyServiceHas(service), ...granted[service]].sort());
});

it("no service can change or delete an entry of the audit log", () => {
  const changing = ["UpdateItem", "DeleteItem", "BatchWriteItem"] as const;
  for (const service of serviceNames)
    for (const { table, actions, keys } of grants[service].tables) {
      if (table !== "Catalog" || !changing.some((action) => actions.includes(action))) continue;
      expect([service, keys?.filter((key) => "LOG#evt_1".startsWith(key.replace("*", "")))]).toEqual([service, []]);
    }
});
