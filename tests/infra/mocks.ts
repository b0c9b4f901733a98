/** The answers of Pulumi's mocks in place of AWS: the inputs, and made-up outputs that other resources read. */

export type Registered = {
  type: string;
  name: string;
  /** The parent's logical name. */
  parent: string;
  protect: boolean;
  retain: boolean;
  /** Properties that a deployment leaves as they are. */
  ignores: string[];
  /** Logical names of the resources that this one waits for. */
  after: string[];
  // biome-ignore lint/suspicious/noExplicitAny: the inputs of any kind of resource.
  inputs: Record<string, any>;
};

/** Pulumi wraps a secret in an object: the value, and a signature that marks it. */
const SECRET = "4dabf18193072939515e22adb298388d";
export const unwrap = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return unwrap((value as { value?: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrap(inner)]));
};

type Made = { type: string; name: string; inputs: Record<string, unknown> };

const account = "123456789012";
const region = "us-east-1";

/** The ARN's service and resource part, in the shape that SST's parsers expect. */
const arns: Record<string, (id: string, inputs: Made["inputs"]) => string> = {
  "aws:dynamodb/table:Table": (id) => `dynamodb:${region}:${account}:table/${id}`,
  "aws:sqs/queue:Queue": (id) => `sqs:${region}:${account}:${id}`,
  "aws:lambda/function:Function": (id) => `lambda:${region}:${account}:function:${id}`,
  "aws:lambda/alias:Alias": (id, { functionName }) => `lambda:${region}:${account}:function:${functionName}:${id}`,
  "aws:sns/topic:Topic": (id) => `sns:${region}:${account}:${id}`,
  "aws:iam/role:Role": (id) => `iam::${account}:role/${id}`,
  "aws:cloudwatch/logGroup:LogGroup": (id) => `logs:${region}:${account}:log-group:${id}`,
  "aws:sesv2/emailIdentity:EmailIdentity": (id) => `ses:${region}:${account}:identity/${id}`,
  "aws:sesv2/configurationSet:ConfigurationSet": (id) => `ses:${region}:${account}:configuration-set/${id}`,
};

const outputs: Record<string, (id: string, inputs: Made["inputs"]) => Record<string, unknown>> = {
  "aws:dynamodb/table:Table": (id, { streamEnabled }) =>
    streamEnabled
      ? { streamArn: `arn:aws:dynamodb:${region}:${account}:table/${id}/stream/2026-01-01T00:00:00.000` }
      : {},
  "aws:sqs/queue:Queue": (id) => ({ url: `https://sqs.${region}.amazonaws.com/${account}/${id}` }),
  "aws:apigatewayv2/api:Api": (id) => ({
    apiEndpoint: `https://${id}.execute-api.${region}.amazonaws.com`,
    executionArn: `arn:aws:execute-api:${region}:${account}:${id}`,
  }),
  "aws:lambda/function:Function": (id) => ({
    version: "1",
    qualifiedArn: `arn:aws:lambda:${region}:${account}:function:${id}:1`,
    invokeArn: `arn:aws:apigateway:${region}:lambda:path/functions/${id}/invocations`,
  }),
  "aws:cloudfront/distribution:Distribution": (id) => ({
    domainName: `${id}.cloudfront.net`,
    etag: "E",
    hostedZoneId: "Z",
  }),
  "aws:acm/certificate:Certificate": (_, { domainName }) => ({
    domainValidationOptions: [
      {
        domainName,
        resourceRecordName: `_a.${domainName}`,
        resourceRecordType: "CNAME",
        resourceRecordValue: "_b.acm",
      },
    ],
  }),
  "aws:s3/bucket:Bucket": (id) => ({ bucketRegionalDomainName: `${id}.s3.${region}.amazonaws.com` }),
  "aws:cloudfront/keyValueStore:KeyValueStore": (id) => ({
    arn: `arn:aws:cloudfront::${account}:key-value-store/${id}`,
  }),
  "aws:sesv2/emailIdentity:EmailIdentity": () => ({ dkimSigningAttributes: { tokens: ["a", "b", "c"] } }),
  "random:index/randomBytes:RandomBytes": (id) => ({
    hex: Buffer.from(id).toString("hex").padEnd(64, "0"),
    base64: Buffer.alloc(32, id).toString("base64"),
  }),
  "tls:index/privateKey:PrivateKey": () => ({ privateKeyPem: ED25519 }),
  "upstash:index/redisDatabase:RedisDatabase": (id) => ({
    endpoint: `${id}.upstash.io`,
    restToken: "rest-token",
    port: 6379,
  }),
};

/** A key for the mocks alone; nothing is signed with it. */
const ED25519 = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIC4b1yyXo4VOzQb7pVb4GuBZU1mB9iwO9sTjAmZ9BzXn
-----END PRIVATE KEY-----
`;

export const construct = ({ type, name, inputs }: Made) => {
  const id = String(inputs.name ?? inputs.bucket ?? inputs.emailIdentity ?? name);
  const arn = `arn:aws:${arns[type]?.(id, inputs) ?? `${type.split(":")[1]?.split("/")[0]}:${region}:${account}:${id}`}`;
  return { id, state: { name: id, arn, ...inputs, ...outputs[type]?.(id, inputs) } };
};

type Statement = {
  effect?: string;
  actions: string[];
  resources: string[];
  conditions?: Condition[];
  principals?: Principal[];
};
type Condition = { test: string; variable: string; values: string[] };
type Principal = { type: string; identifiers: string[] };

const condition = (conditions: Condition[]) => {
  const all: Record<string, Record<string, string[]>> = {};
  for (const { test, variable, values } of conditions) all[test] = { ...all[test], [variable]: values };
  return all;
};

const document = (statements: Statement[]) => ({
  Version: "2012-10-17",
  Statement: statements.map(({ effect = "Allow", actions, resources, conditions = [], principals = [] }) => ({
    Effect: effect,
    Action: actions,
    ...(resources && { Resource: resources }),
    ...(principals.length > 0 && { Principal: Object.fromEntries(principals.map((p) => [p.type, p.identifiers])) }),
    ...(conditions.length > 0 && { Condition: condition(conditions) }),
  })),
});

export const answer = ({ token, inputs }: { token: string; inputs: Record<string, unknown> }) => {
  if (token === "aws:index/getRegion:getRegion") return { name: region, region, id: region };
  if (token === "aws:index/getPartition:getPartition") return { partition: "aws", dnsSuffix: "amazonaws.com" };
  if (token === "aws:index/getCallerIdentity:getCallerIdentity")
    return { accountId: account, arn: `arn:aws:iam::${account}:root` };
  if (token === "aws:iam/getPolicyDocument:getPolicyDocument")
    return { ...inputs, json: JSON.stringify(document((inputs.statements as Statement[]) ?? [])) };
  throw new Error(`The stacks ask AWS for ${token}, which the mocks do not know.`);
};
