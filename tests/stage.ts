/**
 * A stage of its own on running engines: tables and queues with a unique prefix, and the deployed handlers called in this process
 * through API Gateway's events.
 */
import { randomUUID } from "node:crypto";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyEventV2, Context, SQSRecord } from "aws-lambda";
import { now } from "#core/lib/clock.ts";
import { db, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import { sign } from "#core/lib/tokens.ts";
import { type Route, type RouteKey, routes } from "#functions/routes.ts";
import { services } from "#functions/services.ts";
import { createResources, type ResourceOptions } from "#local/resources.ts";

export type User = { userId: string; email: string; name: string; token: string };

export type CallOptions = {
  params?: Record<string, string>;
  query?: Record<string, string>;
  /** An object is sent as JSON; a string or bytes as they are. */
  body?: unknown;
  token?: string | undefined;
  headers?: Record<string, string>;
};

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever fields it expects.
export type Reply = { status: number; body: any; headers: Record<string, string>; raw: string | Buffer };

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const context = (): Context =>
  ({ awsRequestId: randomUUID(), functionName: "test", getRemainingTimeInMillis: () => 10_000 }) as Context;

const load = async (service: keyof typeof services): Promise<Handler> => {
  const [file = "", name = ""] = services[service].handler.split(/\.(?=[^.]+$)/);
  return ((await import(`../${file}.ts`)) as Record<string, Handler>)[name] as Handler;
};

const toEvent = (key: RouteKey | "$default", options: CallOptions, path: string): APIGatewayProxyEventV2 => {
  const { body } = options;
  const bytes = body instanceof Uint8Array;
  const text = typeof body === "string" ? body : body === undefined ? undefined : JSON.stringify(body);
  return {
    version: "2.0",
    routeKey: key,
    rawPath: path,
    rawQueryString: new URLSearchParams(options.query ?? {}).toString(),
    ...(options.query ? { queryStringParameters: options.query } : {}),
    ...(options.params ? { pathParameters: options.params } : {}),
    headers: {
      "x-onsale-origin": JSON.parse(process.env.SST_RESOURCE_OriginKey ?? "{}").value,
      "cloudfront-viewer-address": "198.51.100.7:40000",
      "content-type": "application/json",
      ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
      ...Object.fromEntries(Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
    },
    requestContext: {
      requestId: randomUUID(),
      http: {
        method: key.split(" ")[0] ?? "GET",
        path,
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "test",
      },
    } as APIGatewayProxyEventV2["requestContext"],
    isBase64Encoded: bytes,
    ...(text === undefined ? {} : { body: bytes ? Buffer.from(body).toString("base64") : text }),
  };
};

const reply = (result: unknown): Reply => {
  const { statusCode, headers, body, isBase64Encoded } = result as {
    statusCode: number;
    headers: Record<string, string>;
    body?: string;
    isBase64Encoded?: boolean;
  };
  const raw = isBase64Encoded ? Buffer.from(body ?? "", "base64") : (body ?? "");
  const parsed = /json/.test(headers["content-type"] ?? "") && typeof raw === "string" ? JSON.parse(raw) : undefined;
  return { status: statusCode, headers, body: parsed, raw };
};

/** Makes a stage on these engines and puts its environment in place: one a process. */
export const stage = async (engines: Omit<ResourceOptions, "prefix">) => {
  const prefix = `t${randomUUID().slice(0, 8)}`;
  const resources = await createResources({ prefix, ...engines });
  Object.assign(process.env, resources.env);

  /** Calls a route's handler as API Gateway does. */
  const call = async (key: RouteKey | "$default", options: CallOptions = {}): Promise<Reply> => {
    const route: Route | undefined = key === "$default" ? undefined : routes[key];
    const path = (key.split(" ")[1] ?? "/nowhere").replace(/\{(\w+)\}/g, (_, name) =>
      encodeURIComponent(options.params?.[name] ?? ""),
    );
    const handler = await load(route?.service ?? "catalog");
    return reply(await handler(toEvent(key, options, path), context()));
  };

  /** An account with a token, made without hashing a password. */
  const user = async ({ roles = [], balance = 0 }: { roles?: string[]; balance?: number } = {}): Promise<User> => {
    const userId = Ids.make("usr", now());
    const email = `${userId.toLowerCase()}@onsale.test`;
    const name = "A Buyer";
    const pk = `USER#${userId}`;
    const items = [
      { pk, sk: "PROFILE", userId, email, name, roles, createdAt: now() },
      { pk, sk: "WALLET", balance, currency: "KRW" },
    ];
    await Promise.all(items.map((Item) => db().send(new PutCommand({ TableName: table("Accounts"), Item }))));
    const token = await sign("access", { sub: userId, sid: Ids.make("ses", now()), roles }, now() + 3_600_000);
    return { userId, email, name, token };
  };

  /** An event on sale without a queue: one section of ten rows of twenty seats, unless told otherwise. */
  const event = async (overrides: Record<string, unknown> = {}) => {
    const admin = await user({ roles: ["admin"] });
    const body = {
      kind: "concert",
      title: "A concert",
      venue: "A hall",
      startsAt: new Date(now() + 30 * 86_400_000).toISOString(),
      salesOpenAt: new Date(now() - 60_000).toISOString(),
      prices: { Standard: 10_000 },
      queue: { enabled: false },
      ...("generalAdmission" in overrides ? {} : { plan: block(10, 20) }),
      ...overrides,
    };
    const made = await call("POST /v1/admin/events", { token: admin.token, body });
    if (made.status !== 201) throw new Error(`The event was refused: ${JSON.stringify(made.body)}`);
    return made.body as { eventId: string } & Record<string, unknown>;
  };

  const sqs = new SQSClient({});

  /** Delivers what waits in the settle queue, as Lambda does, until nothing is left; answers how many messages were delivered. */
  const settle = async (): Promise<number> => {
    const handler = await load("settle");
    const QueueUrl = resources.queues.SettleQueue;
    for (let delivered = 0; ; ) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"] }),
      );
      if (Messages.length === 0) return delivered;
      delivered += Messages.length;
      const Records = Messages.map((message) => ({
        messageId: message.MessageId,
        receiptHandle: message.ReceiptHandle,
        body: message.Body,
        attributes: message.Attributes,
        messageAttributes: {},
        eventSource: "aws:sqs",
      })) as unknown as SQSRecord[];
      const result = (await handler({ Records }, context())) as { batchItemFailures: { itemIdentifier: string }[] };
      const failed = new Set(result.batchItemFailures.map((failure) => failure.itemIdentifier));
      const done = Messages.filter((message) => !failed.has(message.MessageId ?? ""));
      await Promise.all(
        done.map(({ ReceiptHandle }) =>
          sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: ReceiptHandle ?? "" })),
        ),
      );
    }
  };

  return { call, user, event, settle, resources, env: resources.env };
};

/** A plan of one zone of equal rows, category Standard. Seats are `A-1-1` … (zone, row, number). */
export const block = (rows: number, seats: number, zone = "A", category = "Standard") => ({
  name: "A block",
  size: { width: seats * 10, height: rows * 10 },
  categories: [{ name: category, color: "#336699" }],
  zones: [
    {
      name: zone,
      zone_id: zone,
      position: { x: 0, y: 0 },
      areas: [],
      rows: Array.from({ length: rows }, (_, row) => ({
        row_number: String(row + 1),
        position: { x: 0, y: row * 10 },
        seats: Array.from({ length: seats }, (_, seat) => ({
          seat_guid: `${zone}-${row + 1}-${seat + 1}`,
          seat_number: String(seat + 1),
          position: { x: seat * 10, y: 0 },
          category,
        })),
      })),
    },
  ],
});
