/** A sale's line in Redis, read without the code that moves it and without faults. */
import type { Run } from "./run.ts";

/** A user's place: `expires` (epoch ms) while its admission runs; `admittedAt` is 0 before it gave one. */
export type Record = { user: number; ordinal: number; admittedAt: number; expires?: number };
export type Line = { issued: number; serving: number; active: number; records: Record[] };

const SHARES = 64;

const text = `
local found = {redis.call('HGET', KEYS[1], 'issued') or '0', redis.call('HGET', KEYS[1], 'serving') or '0'}
found[3] = tostring(redis.call('ZCOUNT', KEYS[2], '(' .. ARGV[1], '+inf'))
for user = 2, #ARGV do
  local place = ''
  for share = 3, ${SHARES + 2} do place = redis.call('HGET', KEYS[share], ARGV[user]) or place end
  found[#found + 1] = place
  found[#found + 1] = redis.call('ZSCORE', KEYS[2], ARGV[user]) or ''
end
return found`;

export const line = async ({ eventId, buyers, outside, fixture }: Run): Promise<Line> => {
  const key = (name: string) => `queue:{${eventId}}:${name}`;
  const keys = [key("state"), key("active"), ...Array.from({ length: SHARES }, (_, n) => key(`places:${n}`))];
  const asked = [outside.now, ...buyers.map(({ userId }) => userId)];
  const found = (await fixture.redis.eval(text, keys.length, ...keys, ...asked)) as string[];
  const [issued, serving, active, ...flat] = found;
  const records = buyers.flatMap((_, user): Record[] => {
    const [place = "", score = ""] = flat.slice(2 * user);
    const [ordinal = 0, admittedAt = 0] = place.split(":").map(Number);
    const expires = Number(score);
    return place === "" ? [] : [{ user, ordinal, admittedAt, ...(expires > outside.now && { expires }) }];
  });
  return { issued: Number(issued), serving: Number(serving), active: Number(active), records };
};
