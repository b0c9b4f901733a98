/** Dollars by service, from counted units and list prices. Pure. */
import { type Alarm, alarms, seriesOf } from "#core/contract/alarms.ts";
import { rateRules } from "#core/contract/firewall.ts";
import { type Service, services } from "#core/contract/services.ts";
import { prices } from "./prices.ts";
import { polls, units } from "./units.ts";

export type Sale = {
  visitors: number;
  /** Seats sold, two in each order. */
  seats: number;
  /** Seconds that each visitor waits. */
  wait: number;
};

export type Line = { what: string; service: string; dollars: number };

const GB = 1e6; // in KB

export const lambda = (calls: number, ms: number, memory: number): number =>
  calls * (prices.lambda.request + (ms / 1000) * (memory / 1024) * prices.lambda.gigabyteSecond);

/** `asking`: requests for which a function at the edge reads its KeyValueStore, for a file's path or the keys of tokens. */
const edge = (requests: number, kilobytes: number, asking = requests): number =>
  requests * (prices.cloudfront.request + prices.cloudfront.function) +
  asking * prices.cloudfront.keyValue +
  (kilobytes / GB) * prices.cloudfront.gigabyte;

/** A request that reaches a function: API Gateway, the function, its log lines, its trace. */
const call = (calls: number, ms: number, memory: number): Line[] => [
  { what: "requests", service: "API Gateway", dollars: calls * prices.apiGateway.request },
  { what: "functions", service: "Lambda", dollars: lambda(calls, ms, memory) },
  { what: "logs", service: "CloudWatch", dollars: ((calls * units.log.kilobytes) / GB) * prices.logs.gigabyte },
  { what: "traces", service: "X-Ray", dollars: calls * units.traced * prices.xray.trace },
];

/** The queue: polling, joining and entering, for every visitor. */
export const waiting = ({ visitors, seats, wait }: Sale): Line[] => {
  const buyers = seats / 2;
  const polled = visitors * polls(wait);
  const requests = polled + visitors + buyers;
  const commands =
    visitors * units.join.commands +
    buyers * (units.claim.commands + units.leave.commands) +
    wait * units.status.perSecond * units.status.commands;
  return [
    {
      what: `${polls(wait)} polls a visitor, and joining`,
      service: "CloudFront",
      dollars: edge(requests, requests * units.poll.kilobytes, visitors + buyers),
    },
    { what: "inspection of the same", service: "WAF", dollars: requests * prices.waf.request },
    ...call(visitors + buyers, units.join.ms, services.queue.memory),
    ...call(wait * units.status.perSecond, units.status.ms, services.queue.memory),
    {
      what: "shielded status calls",
      service: "CloudFront",
      dollars: wait * units.status.perSecond * prices.cloudfront.shieldRequest,
    },
    { what: "commands, those in scripts too", service: "Upstash Redis", dollars: commands * prices.upstash.command },
  ];
};

/** Opening the pages and signing up, once for each visitor. */
export const arriving = ({ visitors }: Sale): Line[] => {
  const requests = visitors * (units.pages.requests + 2);
  return [
    { what: "pages", service: "CloudFront", dollars: edge(requests, visitors * units.pages.kilobytes) },
    { what: "inspection of the same", service: "WAF", dollars: requests * prices.waf.request },
    ...call(visitors * 2, units.account.ms, services.accounts.memory),
    {
      what: "accounts and sessions",
      service: "DynamoDB",
      dollars: visitors * units.account.wru * prices.dynamodb.write,
    },
  ];
};

/** Choosing, holding, paying and the ticket, once for each order of two seats. */
export const buying = ({ seats }: Sale): Line[] => {
  const orders = seats / 2;
  const { hold, pay, settle, mail, reads, browsing } = units.order;
  const requests = orders * (browsing.requests + reads.requests + 2);
  return [
    { what: "choosing", service: "CloudFront", dollars: edge(requests, orders * browsing.kilobytes) },
    { what: "inspection of the same", service: "WAF", dollars: requests * prices.waf.request },
    ...call(orders, hold.ms, services.orders.memory),
    ...call(orders, pay.ms, services.orders.memory),
    ...call(orders * reads.requests, reads.ms, services.orders.memory),
    { what: "settling", service: "Lambda", dollars: lambda(orders / 10, settle.ms, services.settle.memory) },
    { what: "mailing", service: "Lambda", dollars: lambda(orders / 10, mail.ms, services.mail.memory) },
    {
      what: "holds, settlements, marks",
      service: "DynamoDB",
      dollars:
        orders *
        ((hold.wru + settle.wru + mail.wru) * prices.dynamodb.write +
          (mail.rru + reads.requests * reads.rru) * prices.dynamodb.read),
    },
    { what: "payments", service: "SQS", dollars: orders * settle.messages * prices.sqs.request },
    {
      what: "tickets by mail",
      service: "SES",
      dollars: orders * (prices.ses.mail + (mail.kilobytes / GB) * prices.ses.gigabyte),
    },
  ];
};

const alarmMetrics = Object.values<Alarm>(alarms)
  .flatMap(({ measure }) => seriesOf(measure))
  .reduce((sum, series) => sum + (series.of === "app" ? series.services.length : 1), 0);

const queues = Object.values<Service>(services).filter(({ source }) => source.kind === "sqs").length;

/** A month without visitors, with this many GB of orders stored. */
export const resting = (gigabytes = 1): Line[] => {
  const minutes = 730 * 60;
  return [
    {
      what: `${alarmMetrics} alarm metrics, one dashboard`,
      service: "CloudWatch",
      dollars: alarmMetrics * prices.cloudwatch.alarmMetricMonth + prices.cloudwatch.dashboardMonth,
    },
    {
      what: `one list of ${rateRules.length} rules`,
      service: "WAF",
      dollars: prices.waf.acl + rateRules.length * prices.waf.rule,
    },
    {
      what: `${gigabytes} GB and its backup`,
      service: "DynamoDB",
      dollars: gigabytes * (prices.dynamodb.gigabyteMonth + prices.dynamodb.backupGigabyteMonth),
    },
    {
      what: "the clock, once a minute",
      service: "Lambda",
      dollars: lambda(minutes, 100, services.reconcile.memory) + minutes * prices.scheduler.call,
    },
    {
      what: `Lambda's own polling of ${queues} queues`,
      service: "SQS",
      dollars: queues * minutes * 3 * 5 * prices.sqs.request,
    },
  ];
};

/** The same sale on servers: as many nodes as its polls need, a database and a Redis with a replica each, a load balancer. */
export const servers = ({ visitors, wait }: Sale) => {
  const { node, balancer, capacityUnit, database, redis, natGateway } = prices.servers;
  const requests = (visitors * polls(wait)) / wait;
  const perNode = 5_000; // four vCPUs; one Node process with Redis on the same machine was measured at 5,000 joins or 6,400 polls a second
  const least = 2;
  const most = Math.max(least, Math.ceil((requests / perNode) * 1.5));
  const always = least * node + balancer + 2 * database + 2 * redis + 2 * natGateway;
  const hours = 4;
  const sale = hours * ((most - least) * node + (requests / 1000) * capacityUnit * 40);
  return { nodes: most, requests: Math.round(requests), month: always * 730, sale };
};

export const total = (lines: readonly Line[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0);

/** Dollars by service, the most expensive first. */
export const byService = (lines: readonly Line[]): [string, number][] => {
  const sums = new Map<string, number>();
  for (const { service, dollars } of lines) sums.set(service, (sums.get(service) ?? 0) + dollars);
  return [...sums].sort((a, b) => b[1] - a[1]);
};
