/** A Redis with its REST bridge in a process of its own, so that neither server under test shares the bridge's. */
import * as Redis from "../../local/engines/redis.ts";

const redis = await Redis.start({ say: () => {} });
console.log(JSON.stringify({ url: redis.url, token: redis.token, redisUrl: redis.redisUrl }));
process.once("disconnect", async () => {
  await redis.stop();
  process.exit(0);
});
