/** A Redis with its REST bridge in a separate process, so that neither server under test shares the bridge's process. */
import * as Redis from "../../local/engines/redis.ts";

const redis = await Redis.start({ say: () => {} });
console.log(JSON.stringify({ url: redis.url, token: redis.token, redisUrl: redis.redisUrl }));
process.once("disconnect", async () => {
  await redis.stop();
  process.exit(0);
});
