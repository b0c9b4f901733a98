/**
 * Restricts the handlers in tests to the grants of core/contract/permissions.ts, as IAM and SST's links do on AWS: a call that a role does
 * not allow fails here too, with the service's name and the missing grant.
 */
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type Action, grants, tablesOf } from "#core/contract/permissions.ts";
import type { ServiceName } from "#core/contract/services.ts";
import type { TableName } from "#core/contract/tables.ts";
import { current } from "#local/lambda.ts";

type Wanted = { action: Action; table: TableName; key?: string; index?: string; projection?: string };
// biome-ignore lint/suspicious/noExplicitAny: a command's input, whichever it is.
type Input = any;

class AccessDenied extends Error {
  override name = "AccessDeniedException";
}

const tableOf = (name: string): TableName => name.split("-").at(-1) as TableName;

/** The value that a key condition compares the partition key with: `pk = :pk AND …`. */
const partition = ({ KeyConditionExpression = "", ExpressionAttributeValues = {} }: Input): string | undefined =>
  ExpressionAttributeValues[/=\s*(:\w+)/.exec(KeyConditionExpression)?.[1] ?? ""];

const items: Record<string, Action> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
  Get: "GetItem",
};

const single = (kind: string, input: Input): Wanted => ({
  action: items[kind] as Action,
  table: tableOf(input.TableName),
  key: (input.Key ?? input.Item).pk,
  projection: projectionOf(input),
});

/** A command's actions by table and item: a transaction needs its items' own actions. */
const wanted = (command: string, input: Input): Wanted[] => {
  const kind = command.replace(/Command$/, "");
  if (kind in items) return [single(kind, input)];
  if (kind === "Query")
    return [{ action: "Query", table: tableOf(input.TableName), key: partition(input) ?? "", index: input.IndexName }];
  if (kind === "TransactWrite" || kind === "TransactGet")
    return input.TransactItems.flatMap((item: Input) => Object.entries(item).map(([of, one]) => single(of, one)));
  if (kind === "BatchGet")
    return Object.entries<Input>(input.RequestItems).flatMap(([table, request]) =>
      request.Keys.map(({ pk }: Input) => ({
        ...{ action: "BatchGetItem", table: tableOf(table), key: pk },
        projection: projectionOf(request),
      })),
    );
  if (kind === "BatchWrite")
    return Object.entries<Input>(input.RequestItems).flatMap(([table, requests]) =>
      requests.map(({ PutRequest, DeleteRequest }: Input) => ({
        action: "BatchWriteItem",
        table: tableOf(table),
        key: (PutRequest ? PutRequest.Item : DeleteRequest.Key).pk,
      })),
    );
  throw new AccessDenied(`${command} is in no table of permissions.`);
};

/** A projection's attributes, without their aliases; IAM gets the attributes themselves. */
const projectionOf = ({ ProjectionExpression, ExpressionAttributeNames = {} }: Input): string | undefined =>
  ProjectionExpression?.replace(/#\w+/g, (alias: string) => ExpressionAttributeNames[alias] ?? alias);

const visible = (attributes: readonly string[], projection = "*"): boolean =>
  projection.split(/\s*,\s*/).every((name) => attributes.includes(name));

const allowed = (service: ServiceName, { action, table, key = "", index, projection }: Wanted): boolean =>
  grants[service].tables.some((access) => {
    if (access.table !== table) return false;
    if (index) return access.indexes?.includes(index);
    if (access.attributes && !visible(access.attributes, projection)) return false;
    return (
      access.actions.includes(action) && (access.keys ?? ["*"]).some((one) => key.startsWith(one.replace(/\*$/, "")))
    );
  });

const check = (service: ServiceName, command: string, input: Input): void => {
  if (command === "SendMessageCommand") {
    const queue = input.QueueUrl.split("-").at(-1);
    if (!grants[service].sends?.includes(queue)) throw new AccessDenied(`${service} may not send to ${queue}.`);
    return;
  }
  if (command === "SendEmailCommand") {
    if (!grants[service].mails) throw new AccessDenied(`${service} may not send mail.`);
    return;
  }
  for (const want of wanted(command, input))
    if (!allowed(service, want)) throw new AccessDenied(`${service} may not ${JSON.stringify(want)}.`);
};

const guard = (prototype: { send: (...args: Input[]) => unknown }) => {
  const { send } = prototype;
  Object.defineProperty(prototype, "send", {
    async value(this: unknown, command: { input: Input }, ...rest: Input[]) {
      const service = current() as ServiceName | undefined; // undefined if a test itself calls AWS
      if (service) check(service, command.constructor.name, command.input);
      return send.call(this, command, ...rest);
    },
  });
};

for (const client of [DynamoDBDocumentClient, SQSClient, SESv2Client]) guard(client.prototype as never);

const linked = (service: ServiceName): string[] => {
  const { links, sends } = grants[service];
  return ["App", ...tablesOf(service), ...(sends ?? []), ...links];
};

/** Where SST keeps the links, before the first use. */
(globalThis as { __SST_RESOURCE_RAW__?: object }).__SST_RESOURCE_RAW__ = new Proxy<Record<string, unknown>>(
  {},
  {
    get: (links, name: string) => {
      const service = current() as ServiceName | undefined;
      if (service && name in links && !linked(service).includes(name))
        throw new AccessDenied(`${service} is not linked to ${name}.`);
      return links[name];
    },
  },
);
