/**
 * A user's place: the one in Redis, or the one of their token if Redis has lost it.
 *
 * KEYS: as state.lua.ts
 * ARGV: 6 user, 7 ordinal of the token (0: none), 8 whether a token that Redis does not have has been checked, and is not revoked ('1' or '')
 * Reply: none; \`resolve\` says 'check', 'spent' or nothing, and sets ordinal, admittedAt
 */
export default `
local user, token = ARGV[6], tonumber(ARGV[7])
local ordinal, admittedAt, void, placeChanged = 0, 0, 0, false
local record = redis.call('HGET', KEYS[2], user)
if record then
  local a, b, c = string.match(record, '(%d+):(%d+):(%d+)')
  ordinal, admittedAt, void = tonumber(a), tonumber(b), tonumber(c)
end

-- A token that differs from the record is spent if it is older than a place that was used, or void itself. Else Redis has lost it, and
-- the user's other place is void from now on.
local function resolve()
  if token == 0 or token == ordinal then return end
  if token <= void or (admittedAt > 0 and token < ordinal) then return 'spent' end
  if lobby and ARGV[8] ~= '1' then return 'check' end
  void = math.max(void, ordinal)
  ordinal, admittedAt, placeChanged = token, 0, true
end

local function keep()
  redis.call('HSET', KEYS[2], user, string.format('%.0f:%.0f:%.0f', ordinal, admittedAt, void))
  redis.call('PEXPIREAT', KEYS[2], s.expires)
end

-- The expiry of the admission that this place gave, if it still runs.
local function session()
  if admittedAt == 0 then return end
  local expires = tonumber(redis.call('ZSCORE', KEYS[3], user) or 0)
  if expires > now then return expires end
end
`;
