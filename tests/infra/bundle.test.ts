import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Alarm, alarms, seriesOf } from "#core/contract/alarms.ts";
import { dashboard } from "#core/contract/dashboard.ts";
import { grants, tablesOf } from "#core/contract/permissions.ts";
import type { Series } from "#core/contract/series.ts";
import { type ServiceName, services } from "#core/contract/services.ts";
import { isLong } from "#tests/support/long.ts";
import { test as stage } from "./graph.ts";
import { type Bundled, build, start } from "./started.ts";

const KB = 1_000;
const names = Object.keys(services) as ServiceName[];
const { builds, lambda } = stage();
const bundles = {} as Record<ServiceName, Bundled>;

/** DynamoDB for the one service that calls it at its start; it has no items. */
const dynamodb = createServer((_, response) => {
  response.setHeader("content-type", "application/x-amz-json-1.0");
  response.end(JSON.stringify({ Items: [], Count: 0 }));
});

/** The stack's environment and Lambda's own. */
const environment = (name: ServiceName): Record<string, string> => ({
  ...lambda(name).environment.variables,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "none",
  AWS_SECRET_ACCESS_KEY: "none",
  AWS_LAMBDA_FUNCTION_NAME: lambda(name).name,
  AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(dynamodb.address() as { port: number }).port}`,
});

const request = (routeKey: string, headers: Record<string, string> = {}) => {
  const [method, path] = routeKey.split(" ");
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: "",
    headers,
    requestContext: { http: { method, path } },
    isBase64Encoded: false,
  };
};

beforeAll(async () => {
  await new Promise<void>((resolve) => dynamodb.listen(0, "127.0.0.1", resolve));
  for (const name of names) {
    const input = builds.find(({ handler }) => handler === services[name].handler);
    if (!input) throw new Error(`No function is made of ${services[name].handler}.`);
    bundles[name] = await build(input);
  }
}, 60_000);

afterAll(() => dynamodb.close());

describe("a function's bundle", () => {
  it.each(names)(
    "of %s is at most 800 KB in total (notify 900, admin 880), without the payment gateway's SDK and the library of passkeys",
    (name) => {
      const { total, sdk, passkeys } = bundles[name];
      // of notify, a tenth erases accounts (Redis's client, encryption), in files that are loaded only then
      // of admin, 15 KB write exports (csv-stringify is 11 of them), in files that are loaded only then;
      // 3 KB check what devices at an entrance sign, in a file that is loaded only then; 4 KB send e-mails again and log refunds
      const most = { notify: 900, admin: 880 }[name as string] ?? 800;
      expect(total - sdk.bytes - passkeys.bytes).toBeLessThanOrEqual(most * KB);
    },
  );

  it("of accounts has the library of passkeys in separate files, loaded when a passkey is verified; no other has it", () => {
    expect(bundles.accounts.passkeys).toMatchObject({ isEager: false, others: ["node_modules/tslib/tslib.es6.mjs"] });
    expect(bundles.accounts.passkeys.bytes).toBeLessThanOrEqual(400 * KB);
    expect(names.filter((name) => bundles[name].passkeys.bytes > 0)).toEqual(["accounts"]);
  });

  it.each(names)("of %s has the payment gateway's SDK in separate files, loaded when a card pays", (name) => {
    const { sdk } = bundles[name];
    expect(sdk).toMatchObject({ isEager: false, others: [] });
    expect(sdk.bytes).toBeLessThanOrEqual(400 * KB);
  });

  it.each(["queue", "catalog", "mail", "notify"] as const)("of %s has no payment gateway's SDK at all", (name) => {
    expect(bundles[name].sdk.bytes).toBe(0);
  });

  it("of the queue starts with at most 250 KB", () => {
    expect(bundles.queue.eager).toBeLessThanOrEqual(250 * KB);
  });

  it.each(names)("of %s has no code of the tests, the local runtime or the stacks", (name) => {
    expect(bundles[name].sources.filter((path) => /^(tests|local|stacks)\//.test(path))).toEqual([]);
  });

  it.each(names)("of %s uses exactly the links that the stack gives", (name) => {
    const ours = bundles[name].sources.filter((path) => /^(core|functions)\//.test(path));
    const text = ours.map((path) => readFileSync(path, "utf8")).join("\n");
    const { links, sends } = grants[name];
    const given = [...tablesOf(name), ...(sends ?? []), ...links];
    for (const link of given) expect(text, `${name} is linked to ${link} and never asks for it`).toContain(`"${link}"`);
  });
});

describe("a service, started in plain Node with only what the stack gives it", () => {
  const key = builds[0]?.links?.OriginKey?.value as string;
  const edge = { "x-onsale-origin": key };
  const first: Record<ServiceName, [string, unknown, object]> = {
    catalog: [
      "answers that it is healthy",
      request("GET /v1/health", edge),
      { statusCode: 200, body: '{"status":"ok"}' },
    ],
    queue: ["asks who joins", request("POST /v1/events/{eventId}/queue/places", edge), { statusCode: 401 }],
    orders: ["asks who holds", request("POST /v1/orders", edge), { statusCode: 401 }],
    accounts: ["asks who I am", request("GET /v1/me", edge), { statusCode: 401 }],
    privacy: ["asks who leaves", request("DELETE /v1/me", edge), { statusCode: 401 }],
    wallet: ["asks whose the balance is", request("GET /v1/wallet", edge), { statusCode: 401 }],
    admin: ["asks who makes events", request("POST /v1/admin/events", edge), { statusCode: 401 }],
    members: ["asks who makes organisations", request("POST /v1/admin/organisations", edge), { statusCode: 401 }],
    settle: ["settles nothing", { Records: [] }, { batchItemFailures: [] }],
    notify: ["mails nobody", { Records: [] }, { batchItemFailures: [] }],
    fanout: ["cancels nothing", { Records: [] }, { batchItemFailures: [] }],
    leave: ["frees nobody", { Records: [] }, { batchItemFailures: [] }],
    mail: ["mails nobody", { Records: [] }, { batchItemFailures: [] }],
    reconcile: ["finds nothing open", {}, {}],
  };

  it.each(names.map((name) => [name, ...first[name]] as const))("%s %s", async (name, _, event, expected) => {
    const { answer } = await start(bundles[name], environment(name), event);
    if (name !== "reconcile") expect(answer).toMatchObject(expected);
  });

  it.each(["catalog", "queue", "orders", "accounts", "privacy", "wallet", "admin", "members"] as const)(
    "%s refuses a request that did not come through CloudFront",
    async (name) => {
      const answers = await Promise.all([
        start(bundles[name], environment(name), request("GET /v1/health")),
        start(bundles[name], environment(name), request("$default", { "x-onsale-origin": "guess" })),
      ]);
      for (const { answer } of answers)
        expect((answer as { statusCode: number }).statusCode).toBeGreaterThanOrEqual(403);
    },
  );
});

describe("the metrics of the dashboard and the alarms", () => {
  const series: Series[] = [
    ...dashboard.flatMap(({ widgets }) => widgets.flatMap((widget) => (widget.kind === "log" ? [] : widget.series))),
    ...Object.values<Alarm>(alarms).flatMap(({ measure }) => seriesOf(measure)),
  ];
  const ours = series.flatMap((one) =>
    one.of === "app" ? one.services.map((service) => [one.metric, service] as const) : [],
  );

  it.each([...new Map(ours.map((pair) => [pair.join(), pair])).values()])("%s is counted by %s", (metric, service) => {
    const counting = bundles[service].sources
      .filter((path) => /^(core|functions)\//.test(path))
      .map((path) => readFileSync(path, "utf8"))
      .filter((text) => text.includes("lib/metrics.ts"));
    expect(counting.some((text) => text.includes(`"${metric}"`))).toBe(true);
  });
});

describe("a cold start", () => {
  /** A handler that only creates the clients of a service. */
  const bare = async (of: readonly string[]): Promise<Bundled> => {
    const id = `Bare-${of.join("-")}`;
    const folder = ".sst/artifacts/bare";
    await mkdir(folder, { recursive: true });
    const lines = of.map((client) =>
      client === "client-dynamodb"
        ? `import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"; made.push(DynamoDBDocumentClient.from(new DynamoDBClient({})));`
        : client === "client-sqs"
          ? `import { SQSClient } from "@aws-sdk/client-sqs"; made.push(new SQSClient({}));`
          : `import { SESv2Client } from "@aws-sdk/client-sesv2"; made.push(new SESv2Client({}));`,
    );
    await writeFile(
      `${folder}/${id}.ts`,
      `const made = [];\n${lines.join("\n")}\nexport const handler = async () => made.length;\n`,
    );
    return build({ functionID: id, handler: `${folder}/${id}.handler`, properties: { splitting: true } });
  };

  /**
   * How many times longer a service's start takes than the other's. Both are started in turn. The result is the lower quartile of 4 pairs (8
   * in the long run), or of up to 24 while that is above the bound. On a quiet machine all pairs agree. Other work makes some longer, some
   * shorter.
   */
  const pairs = isLong ? 8 : 4;
  const compare = async (name: ServiceName, other: Bundled, bound: number) => {
    const ratios: number[] = [];
    const quartile = () => ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 4)] ?? Number.POSITIVE_INFINITY;
    while (ratios.length < pairs || (ratios.length < 24 && quartile() > bound)) {
      const service = await start(bundles[name], environment(name));
      const bare = await start(other, environment(name));
      ratios.push(service.ms / bare.ms);
    }
    return quartile();
  };

  /** The clients that a service may call, including those loaded later than its start. */
  const used = (name: ServiceName): string[] => {
    const { sends, mails } = grants[name];
    return ["client-dynamodb", ...(sends ? ["client-sqs"] : []), ...(mails ? ["client-sesv2"] : [])];
  };

  /** The ratio on a quiet machine, plus a tenth for a busy one; docs/deploy.md explains the figures. */
  const most: Record<ServiceName, number> = {
    queue: 0.85,
    catalog: 1.3,
    accounts: 1.3,
    wallet: 1.3,
    privacy: 1.5,
    mail: 1.35,
    notify: 1.35,
    settle: 1.45,
    fanout: 1.45,
    orders: 1.45,
    leave: 1.5,
    reconcile: 1.5,
    admin: 1.6,
    members: 1.5,
  };

  it.each(names.map((name) => [name, most[name]] as const))(
    "of %s takes at most %d × as long as that of a bare handler with its AWS clients",
    { timeout: 60_000 },
    async (name, times) => {
      expect(await compare(name, await bare(used(name)), times)).toBeLessThanOrEqual(times);
    },
  );
});
