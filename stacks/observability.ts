import { type Alarm, alarms } from "../core/contract/alarms.ts";
import { dashboard } from "../core/contract/dashboard.ts";
import type { ServiceName } from "../core/contract/services.ts";
import { http } from "./api.ts";
import { apiGateway } from "./api-gateway.ts";
import { dashboardBody, type Names, queriesOf } from "./cloudwatch.ts";
import type { Service } from "./lambda.ts";
import { mailFeedback } from "./mail.ts";
import { fanout, leave, mail, notify } from "./notifications.ts";
import { reconcile, settle } from "./payments.ts";
import {
  fanoutDeadLetters,
  fanoutQueue,
  mailDeadLetters,
  mailQueue,
  settleDeadLetters,
  settleQueue,
  streamDeadLetters,
} from "./queue.ts";
import { given } from "./secrets.ts";
import { settings } from "./settings.ts";
import { storage } from "./storage.ts";
import { router } from "./web.ts";

const services: Record<ServiceName, Service> = { ...http, settle, notify, fanout, leave, mail, reconcile };
const each = <T>(of: (service: Service) => T) =>
  Object.fromEntries(Object.entries(services).map(([name, service]) => [name, of(service)])) as Record<ServiceName, T>;

const names = $resolve({
  region: aws.getRegionOutput().region,
  namespace: `${$app.name}/${$app.stage}`,
  functions: each(({ fn }) => fn.name),
  logs: each(({ logs }) => logs.name),
  tables: {
    Catalog: storage.Catalog.name,
    Seats: storage.Seats.name,
    Orders: storage.Orders.name,
    Accounts: storage.Accounts.name,
  },
  queues: {
    SettleQueue: settleQueue.nodes.queue.name,
    SettleDeadLetters: settleDeadLetters.nodes.queue.name,
    StreamDeadLetters: streamDeadLetters.nodes.queue.name,
    MailQueue: mailQueue.nodes.queue.name,
    MailDeadLetters: mailDeadLetters.nodes.queue.name,
    FanoutQueue: fanoutQueue.nodes.queue.name,
    FanoutDeadLetters: fanoutDeadLetters.nodes.queue.name,
  },
  topics: { MailFeedback: mailFeedback.name },
  apiGateway: apiGateway.nodes.api.id,
  distribution: router.distributionID,
}) satisfies $util.Output<Names>;

new aws.cloudwatch.Dashboard("Dashboard", {
  dashboardName: `${$app.name}-${$app.stage}`,
  dashboardBody: names.apply((known) => dashboardBody(dashboard, known)),
});

export const topic = new sst.aws.SnsTopic("Alarms");

new aws.sns.TopicSubscription("AlarmsByMail", {
  topic: topic.arn,
  protocol: "email",
  endpoint: settings.alarmEmail,
});

if (given("SlackWebhook")) {
  topic.subscribe("Slack", {
    handler: "functions/sns/slack.handler",
    runtime: "nodejs24.x",
    architecture: "arm64",
    memory: "256 MB",
    timeout: "10 seconds",
    logging: { retention: "1 month" },
    link: [new sst.Secret("SlackWebhook")],
  });
}

const alarm = ([name, definition]: [string, Alarm]) =>
  new aws.cloudwatch.MetricAlarm(`Alarm-${name}`, {
    name: `${$app.name}-${$app.stage}-${name}`,
    alarmDescription: `${definition.says} What to do: ${settings.runbook}#${name}`,
    metricQueries: names.apply((known) =>
      queriesOf(definition, known).map(({ metric, ...query }) => ({
        ...query,
        ...(metric && {
          metric: {
            namespace: metric.namespace,
            metricName: metric.metricName,
            dimensions: metric.dimensions,
            period: metric.period,
            stat: metric.stat,
          },
        }),
      })),
    ),
    comparisonOperator: "GreaterThanThreshold",
    threshold: definition.above,
    datapointsToAlarm: definition.minutes,
    evaluationPeriods: definition.within,
    // a minute without requests is not a fault
    treatMissingData: "notBreaching",
    alarmActions: [topic.arn],
    okActions: [topic.arn],
  });

Object.entries(alarms).forEach(alarm);
