/** Engines that all runs on broken copies share, and their addresses as the copies' environment has them. */
import * as DynamoDb from "#local/engines/dynamodb.ts";
import type { Engine } from "#local/engines/engine.ts";
import * as Redis from "#local/engines/redis.ts";
import * as Ses from "#local/engines/ses.ts";
import * as Sqs from "#local/engines/sqs.ts";

export const engines = async (say: (line: string) => void) => {
  const begun = [DynamoDb.start({ say }), Redis.start({ say }), Sqs.start(), Ses.start()] as const;
  const settled = await Promise.allSettled(begun);
  const stop = async () => {
    await Promise.all(settled.map((one) => one.status === "fulfilled" && (one.value as Engine).stop()));
  };
  try {
    const [dynamodb, redis, sqs, ses] = await Promise.all(begun);
    const env = {
      ONSALE_DYNAMODB_URL: dynamodb.url,
      ONSALE_REDIS_URL: redis.redisUrl,
      ONSALE_SQS_URL: sqs.url,
      ONSALE_SES_URL: ses.url,
    };
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
