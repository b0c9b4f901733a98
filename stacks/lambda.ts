/** A service of core/contract/services.ts as a Lambda function: its links, its permissions, its log, its alias. */

import { type Access, type Grant, grants, type LinkName, tablesOf } from "../core/contract/permissions.ts";
import { type ServiceName, services } from "../core/contract/services.ts";
import { cardLinks } from "./cards.ts";
import { gateway, sharedSettings } from "./links.ts";
import { fanoutQueue, mailQueue, redis, settleQueue } from "./queue.ts";
import { secrets, ticketPublicKey } from "./secrets.ts";
import { production } from "./settings.ts";
import { storage } from "./storage.ts";

type Permission = sst.aws.FunctionPermissionArgs;

const queues = { SettleQueue: settleQueue, MailQueue: mailQueue, FanoutQueue: fanoutQueue };

const links = {
  ...storage,
  ...secrets,
  ...queues,
  Redis: redis,
  Gateway: gateway,
  ...cardLinks,
  Settings: sharedSettings,
  TicketPublicKey: ticketPublicKey,
};

const conditions = ({ keys, attributes }: Access) => [
  ...(keys ? [{ test: "ForAllValues:StringLike", variable: "dynamodb:LeadingKeys", values: [...keys] }] : []),
  ...(attributes
    ? [
        { test: "ForAllValues:StringEquals", variable: "dynamodb:Attributes", values: ["pk", "sk", ...attributes] },
        // a request without a projection has no list of attributes, and ForAllValues accepts an absent list
        { test: "StringEquals", variable: "dynamodb:Select", values: ["SPECIFIC_ATTRIBUTES"] },
      ]
    : []),
];

const reads = (access: Access): Permission => ({
  actions: access.actions.map((action) => `dynamodb:${action}`),
  resources: [storage[access.table].arn],
  conditions: conditions(access),
});

const queries = ({ table, indexes = [] }: Access): Permission[] =>
  indexes.map((index) => ({
    actions: ["dynamodb:Query"],
    resources: [$interpolate`${storage[table].arn}/index/${index}`],
  }));

const permissions = (grant: Grant, logs: aws.cloudwatch.LogGroup): Permission[] => [
  { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [$interpolate`${logs.arn}:*`] },
  // X-Ray's actions have no resources
  { actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] },
  ...grant.tables.map(reads),
  ...grant.tables.flatMap(queries),
  ...(grant.sends ?? []).map((queue) => ({ actions: ["sqs:SendMessage"], resources: [queues[queue].arn] })),
];

/** Permissions with which Lambda reads a function's queue or stream for it. */
export const source = {
  queue: (queue: sst.aws.Queue): Permission => ({
    actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
    resources: [queue.arn],
  }),
  stream: (table: sst.aws.Dynamo, failures: sst.aws.Queue): Permission[] => [
    {
      actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
      resources: [table.nodes.table.streamArn],
    },
    { actions: ["sqs:SendMessage"], resources: [failures.arn] },
  ],
};

/**
 * The function and its alias `live`, through which it is called. In production a deployment publishes a version and does not change the
 * alias; `npm run release` shifts the traffic.
 */
export const lambda = (name: ServiceName, more: Permission[] = []) => {
  const { handler, memory, timeout } = services[name];
  const grant = grants[name];
  const Name = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const physical = `${$app.name}-${$app.stage}-${name}`;
  const logs = new aws.cloudwatch.LogGroup(`${Name}Logs`, { name: `/aws/lambda/${physical}`, retentionInDays: 30 });
  const made = new sst.aws.Function(`${Name}Service`, {
    name: physical,
    handler,
    memory: `${memory} MB`,
    timeout: `${timeout} seconds`,
    runtime: "nodejs24.x",
    architecture: "arm64",
    versioning: true,
    // a dynamic import stays a file of its own, loaded when it is needed: a join does not load DynamoDB's client
    nodejs: { splitting: true },
    logging: { logGroup: logs.name },
    environment: { POWERTOOLS_SERVICE_NAME: name, POWERTOOLS_METRICS_NAMESPACE: `${$app.name}/${$app.stage}` },
    link: [...tablesOf(name), ...(grant.sends ?? []), ...grant.links].map((link: LinkName) => links[link]),
    permissions: [...permissions(grant, logs), ...more],
    transform: {
      function: (args) => {
        args.tracingConfig = { mode: "Active" };
      },
      role: {
        // AWS's basic policy may write to every log of the account
        managedPolicyArns: [],
        // SST's own policy lets every principal of the account assume the role
        assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
      },
    },
  });
  const live = new aws.lambda.Alias(
    `${Name}Live`,
    { name: "live", functionName: made.name, functionVersion: made.nodes.function.version },
    { ignoreChanges: production ? ["functionVersion", "routingConfig"] : [] },
  );
  return { name, fn: made, live, logs };
};

export type Service = ReturnType<typeof lambda>;
