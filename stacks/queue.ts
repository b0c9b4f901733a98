import { services } from "../core/contract/services.ts";
import { given } from "./secrets.ts";
import { production, settings } from "./settings.ts";

// SST's own link would grant `sqs:*`.
sst.Linkable.wrap(sst.aws.Queue, (queue) => ({ properties: { url: queue.url } }));

/** 14 days, SQS's maximum. */
const deadLetterSeconds = 14 * 86_400;

const deadLetters = (name: string) =>
  new sst.aws.Queue(name, { transform: { queue: { messageRetentionSeconds: deadLetterSeconds } } });

/** Positions in the Orders stream where `mail` or `leave` failed. The records themselves stay in the stream for a day. */
export const streamDeadLetters = deadLetters("StreamDeadLetters");

/** A service's queue, and the messages that were tried `maxReceives` times. `npm run redrive` sends them again. */
const worked = (name: "settle" | "notify" | "fanout") => {
  const { queue, deadLetters: given, visibility, maxReceives, retention } = services[name].source;
  const letters = deadLetters(given);
  const made = new sst.aws.Queue(queue, {
    visibilityTimeout: `${visibility} seconds`,
    dlq: { queue: letters.arn, retry: maxReceives },
    transform: { queue: { messageRetentionSeconds: retention } },
  });
  return [made, letters] as const;
};

export const [settleQueue, settleDeadLetters] = worked("settle");
export const [mailQueue, mailDeadLetters] = worked("notify");
export const [fanoutQueue, fanoutDeadLetters] = worked("fanout");

/** Regions that Upstash can use as the primary one. */
const redisRegions = [
  "us-east-1",
  "us-west-1",
  "us-west-2",
  "eu-central-1",
  "eu-west-1",
  "sa-east-1",
  "ap-southeast-1",
  "ap-southeast-2",
];
const near = aws.getRegionOutput().region.apply((region) => redisRegions.find((one) => one === region) ?? "us-east-1");

/** The stage's database. Eviction is off, because places are not a cache. */
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
 * In an emergency the secrets RedisUrl and RedisToken select another database. The stage's own database stays declared, because Pulumi
 * refuses a deployment that removes a protected resource.
 */
const url = given("RedisUrl");
export const redis = new sst.Linkable("Redis", {
  properties: url
    ? { url, token: $util.secret(given("RedisToken") ?? "") }
    : { url: $interpolate`https://${waiting.endpoint}`, token: waiting.restToken },
});
