/**
 * Makes the tables and queues of stacks/ on the local engines, and returns the environment variables that SST and Lambda would set for a
 * handler. Code in core and functions does not depend on where it runs.
 */
import {
  CreateTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type CardProviderName, cardProviderNames, cardProviders, publicKeySetting } from "#core/contract/providers.ts";
import type { QueueName } from "#core/contract/series.ts";
import { type Service, services } from "#core/contract/services.ts";
import { type Table, type TableName, tables } from "#core/contract/tables.ts";
import { freshSecrets, type Secrets } from "./secrets.ts";
import { definition } from "./table-definition.ts";

export const region = "us-east-1";
const account = "000000000000";
type Credentials = { accessKeyId: string; secretAccessKey: string };

/** The prefix is the access key, so that tests that share an engine can have a database each. */
const credentialsOf = (prefix: string): Credentials => ({
  accessKeyId: prefix.replaceAll("-", ""),
  secretAccessKey: "local",
});

/** The emulator of a provider of cards, with the key that a browser may have by its provider's name for it. */
type Emulator = {
  url: string;
  secretKey: string;
  webhookSecrets: string[];
  publishableKey?: string;
  clientKey?: string;
};

/** By a provider's name, its emulator. If one is given, it takes new payments by card. */
export type CardOptions = Partial<Record<CardProviderName, Emulator>>;

export type ResourceOptions = CardOptions & {
  /** The prefix of every table's and queue's name, so that tests can share engines. Letters, digits, hyphens. */
  prefix: string;
  /** The engines' addresses, as their `start` returns them. */
  dynamodb: { url: string };
  sqs: { url: string };
  ses: { url: string };
  /** E-mails a second. */
  mailRate?: number;
  redis: { url: string; token: string };
  /** The sandbox payment gateway. Default: a closed port. */
  gateway?: { url: string; key: string };
  /** Keys of tokens and webhooks (see secrets.ts). Default: new ones for this call. */
  secrets?: Secrets;
  /** The address of pages and API for buyers. */
  publicUrl?: string;
};

export type Resources = {
  /** A handler's environment: `SST_RESOURCE_*`, endpoints, region, credentials. Assign it to `process.env`. */
  env: Record<string, string>;
  tables: Record<TableName, string>;
  queues: Record<QueueName, string>;
};

/** Makes the resources that do not exist yet. */
export const createResources = async (options: ResourceOptions): Promise<Resources> => {
  const name = (resource: string) => `${options.prefix}-${resource}`;
  const credentials = credentialsOf(options.prefix);
  const [queues] = await Promise.all([
    createQueues(options.sqs.url, credentials, name),
    createTables(options.dynamodb.url, credentials, name),
  ]);
  const names = Object.fromEntries(Object.keys(tables).map((table) => [table, name(table)])) as Resources["tables"];
  return { env: environment(options, names, queues), tables: names, queues };
};

const createTables = async (endpoint: string, credentials: Credentials, name: (resource: string) => string) => {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const all = Object.entries(tables as Record<string, Table>);
  await Promise.all(all.map(([resource, table]) => createTable(client, name(resource), table)));
  client.destroy();
};

const createTable = async (client: DynamoDBClient, name: string, table: Table) => {
  try {
    await client.send(new CreateTableCommand(definition(name, table)));
  } catch (error) {
    if (error instanceof ResourceInUseException) return; // made by an earlier start
    throw error;
  }
  if (table.ttl) {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: table.ttl };
    await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
  }
};

const createQueues = async (
  endpoint: string,
  credentials: Credentials,
  name: (resource: string) => string,
): Promise<Resources["queues"]> => {
  const client = new SQSClient({ endpoint, region, credentials });
  const create = async (resource: QueueName, Attributes?: Record<string, string>) => {
    await client.send(new CreateQueueCommand({ QueueName: name(resource), ...(Attributes && { Attributes }) }));
    return `${endpoint}/${account}/${name(resource)}`; // the engine's answer has the port of an earlier start
  };
  const fortnight = { MessageRetentionPeriod: "1209600" };
  const made: Partial<Resources["queues"]> = { StreamDeadLetters: await create("StreamDeadLetters", fortnight) };
  for (const { source } of Object.values<Service>(services)) {
    if (source.kind !== "sqs") continue;
    const { queue, deadLetters, visibility, maxReceives, retention } = source;
    made[deadLetters] = await create(deadLetters, fortnight);
    const deadLetterTargetArn = `arn:aws:sqs:${region}:${account}:${name(deadLetters)}`;
    made[queue] = await create(queue, {
      VisibilityTimeout: String(visibility),
      MessageRetentionPeriod: String(retention),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: maxReceives }),
    });
  }
  client.destroy();
  return made as Resources["queues"];
};

/** The public parts of JWKs, as a list. Takes one JWK or a list of them. */
const publicHalves = (jwks: string): string =>
  JSON.stringify([JSON.parse(jwks)].flat().map(({ kty, crv, x }) => ({ kty, crv, x, kid: x.slice(0, 8) })));

const cardLinks = (name: CardProviderName, given?: Emulator) => {
  const { link, webhooks } = cardProviders[name];
  return {
    ...(given && { [link]: { url: given.url, secretKey: given.secretKey } }),
    // as on AWS, where they are linked to the functions that receive webhooks, with or without the provider
    [webhooks.link]: { secrets: given?.webhookSecrets ?? [] },
  };
};

const publicKey = (name: CardProviderName, given?: Emulator) =>
  given && { [publicKeySetting(name)]: given.publishableKey ?? given.clientKey };

const environment = (options: ResourceOptions, names: Resources["tables"], queues: Resources["queues"]) => {
  const { accessKeyId, secretAccessKey } = credentialsOf(options.prefix);
  const { GatewayKey, ...secrets } = options.secrets ?? freshSecrets();
  const links: Record<string, object> = {
    App: { name: "onsale", stage: "local" },
    ...Object.fromEntries(Object.entries(names).map(([resource, name]) => [resource, { name }])),
    ...Object.fromEntries(Object.entries(queues).map(([resource, url]) => [resource, { url }])),
    Redis: { url: options.redis.url, token: options.redis.token },
    ...Object.assign({}, ...cardProviderNames.map((name) => cardLinks(name, options[name]))),
    Gateway: options.gateway ?? { url: "http://127.0.0.1:9", key: GatewayKey },
    ...Object.fromEntries(Object.entries(secrets).map(([resource, value]) => [resource, { value }])),
    TicketPublicKey: { value: publicHalves(secrets.TicketKey) },
    Settings: {
      stage: "local",
      payments: cardProviderNames.findLast((name) => options[name]) ?? "sandbox",
      ...Object.assign({}, ...cardProviderNames.map((name) => publicKey(name, options[name]))),
      freeCharges: true,
      retainYears: 5,
      mailFrom: "Onsale <tickets@onsale.test>",
      mailRate: options.mailRate ?? 1_000,
      publicUrl: options.publicUrl ?? "http://localhost:3000",
    },
  };
  return {
    ...Object.fromEntries(
      Object.entries(links).map(([resource, link]) => [`SST_RESOURCE_${resource}`, JSON.stringify(link)]),
    ),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
    ONSALE_SOCKET_TIMEOUT_MS: "60000",
    ONSALE_CONTEND_MS: "30000",
    AWS_ENDPOINT_URL_DYNAMODB: options.dynamodb.url,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: options.dynamodb.url,
    AWS_ENDPOINT_URL_SQS: options.sqs.url,
    AWS_ENDPOINT_URL_SESV2: options.ses.url,
  };
};
