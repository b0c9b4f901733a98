import { services } from "../core/contract/services.ts";
import { given } from "./secrets.ts";
import { production, settings } from "./settings.ts";

// SST's own link would grant `sqs:*`.
sst.Linkable.wrap(sst.aws.Queue, (queue) => ({ properties: { url: queue.url } }));

const FORTNIGHT = 14 * 86_400;
const { visibility, maxReceives } = services.settle.source;

const deadLetters = (name: string) =>
  new sst.aws.Queue(name, { transform: { queue: { messageRetentionSeconds: FORTNIGHT } } });

/** Payments that were tried `maxReceives` times: `npm run redrive` sends them again. */
export const settleDeadLetters = deadLetters("SettleDeadLetters");

/** Where in the Orders stream a mail or a leave could not be done; the records themselves stay in the stream for a day. */
export const streamDeadLetters = deadLetters("StreamDeadLetters");

export const settleQueue = new sst.aws.Queue("SettleQueue", {
  visibilityTimeout: `${visibility} seconds`,
  dlq: { queue: settleDeadLetters.arn, retry: maxReceives },
});

const REGIONS = [
  "us-east-1",
  "us-west-1",
  "us-west-2",
  "eu-central-1",
  "eu-west-1",
  "sa-east-1",
  "ap-southeast-1",
  "ap-southeast-2",
];
const near = aws.getRegionOutput().region.apply((region) => REGIONS.find((one) => one === region) ?? "us-east-1");

/** The stage's database. Nothing is evicted: places are not a cache. */
const waiting = new upstash.RedisDatabase(
  "Waiting",
  {
    databaseName: `${$app.name}-${$app.stage}`,
    region: "global",
    primaryRegion: near,
    eviction: false,
    tls: true,
    budget: settings.redisBudget,
  },
  { protect: production, retainOnDelete: production },
);

/**
 * The secrets RedisUrl and RedisToken name another database in an emergency. The stage's own stays declared: Pulumi refuses a
 * deployment that would take a protected resource out of the graph.
 */
const url = given("RedisUrl");
export const redis = new sst.Linkable("Redis", {
  properties: url
    ? { url, token: $util.secret(given("RedisToken") ?? "") }
    : { url: $interpolate`https://${waiting.endpoint}`, token: waiting.restToken },
});
