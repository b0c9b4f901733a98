/**
 * Admits a user whose number has been called. During the session it answers the same admission again.
 *
 * KEYS, ARGV: as state.lua.ts; ARGV 2 includes the token's ordinal, 6–8 as place.lua.ts, 9 the number drawn for a lobby ordinal or ''
 * Reply: 'in' or 'again' with issue and expiry (ms); 'early' or 'late' with the number; 'seed', 'spent', 'check', 'closed', 'freeze', 'wait', 'prime'
 */
import advance from "./advance.lua.ts";
import place from "./place.lua.ts";
import state from "./state.lua.ts";

export default `${state}${advance}${place}
if opened and not lobby and not shut then return freeze() end
local found = resolve()
if found then return finish(found) end
local running = session()
if running then return finish('again', admittedAt, running) end
if admittedAt > 0 then return finish('spent') end
if shut then return finish('closed') end
if placeChanged then keep() end
if not lobby then return finish('early') end
local number = token
if token <= lobby then
  number = tonumber(ARGV[9])
  if not number then return finish('seed') end
end
advance()
if phase == 'paused' or number > n('serving') then return finish('early', number, nil, checkpointTask()) end

local reserve
for _, cohort in ipairs(cohorts) do
  if number > cohort.from and number <= cohort.upto and cohort.claimed < cohort.size then reserve = cohort end
end
if reserve then
  reserve.claimed = reserve.claimed + 1
  reserved = reserved - 1
  cohortsChanged = true
elseif active + reserved >= n('max') then
  -- The line leaves the next free slots to late visitors who keep asking.
  redis.call('ZADD', KEYS[4], now + 10000, user)
  redis.call('PEXPIREAT', KEYS[4], s.expires)
  put('lateUntil', now + 10000)
  return finish('late', number, nil, checkpointTask())
end
if n('lateUntil') > now then redis.call('ZREM', KEYS[4], user) end
admittedAt = now
local expires = now + n('session') * 1000
redis.call('ZADD', KEYS[3], expires, user)
redis.call('PEXPIREAT', KEYS[3], s.expires)
keep()
active = active + 1
return finish('in', admittedAt, expires, checkpointTask())
`;
