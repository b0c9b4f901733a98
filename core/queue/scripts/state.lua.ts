/**
 * The beginning of every script that reads the line: it reads the state, and restores it if it may be old.
 * Over 200 lines: it is one script of Redis, whose functions all read and write the same state.
 *
 * KEYS: 1 state (hash), 2 places (hash: user → ordinal:admittedAt:void), 3 active (sorted set: user → expiry), 4 late (likewise)
 * ARGV: 1 now (ms), 2 the highest ordinal that the caller has seen, 3 settings, 4 checkpoint (`k=v;…` each, or ''), 5 block (`from-to` or '')
 * Reply: `finish`: code, two answers and a task of the script's own, and the state of the line
 */
export default `
local given, known = tonumber(ARGV[1]), tonumber(ARGV[2])
local s, changed, dirty, mirrored = {}, {}, false, false
local raw = redis.call('HGETALL', KEYS[1])
for i = 1, #raw, 2 do s[raw[i]] = raw[i + 1] end

local function n(field) return tonumber(s[field]) or 0 end

local function put(field, value)
  -- With all digits: else Lua writes large numbers as 1.7e+12.
  if type(value) == 'number' then value = string.format('%.17g', value) end
  if s[field] ~= value then
    s[field] = value
    changed[field] = value
    dirty = true
  end
end

local function fields(text)
  local found = {}
  for field, value in string.gmatch(text, '([^=;]+)=([^;]*)') do found[field] = value end
  return found
end

-- Numbers that no visitor has, or no known visitor: serving skips them.
local function gap(from, to)
  if to > from and #(s.gaps or '') < 2000 then
    put('gaps', (s.gaps or '') .. string.format('%.0f-%.0f,', from, to))
  end
end

-- The state may be an old copy if it was not written for three seconds, is empty, or is behind what a caller has seen.
local doubtful = not s.at or given - n('at') > 3000 or known > n('issued')
if doubtful and ARGV[4] == '' then return {'prime'} end

local now = math.max(given, n('at'))

-- One of several callers has to fetch fresh settings. The others use the present ones meanwhile.
if ARGV[3] == '' and (not s.mirrored or now - n('mirrored') > 1800) and now - n('asked') > 1000 then
  if s.mirrored then redis.call('HSET', KEYS[1], 'asked', ARGV[1]) end
  return {'prime'}
end

if ARGV[3] ~= '' then
  local settings = fields(ARGV[3])
  if s.rate and settings.rate ~= s.rate then put('clock', now) end -- the new rate does not count for the past
  if s.work and not settings.work then put('work', '') end
  if tonumber(settings.max) < n('max') then
    -- Visitors inside stay. So there may be more than the new limit for a while: this notes how many, and since when.
    local before = now - n('narrowedAt') < (n('session') + n('claim')) * 1000 and n('wide') or 0
    put('wide', math.max(n('max'), before))
    put('narrowedAt', now)
  end
  for field, value in pairs(settings) do put(field, value) end
  put('mirrored', now)
  mirrored = true
end
local lobby = tonumber(s.lobby)
local claimMs = n('claim') * 1000

-- Cohorts that were called and are still awaited: from:upto:at:size:claimed,… and the slots that are reserved for them.
local cohorts, reserved, cohortsChanged = {}, 0, false
for from, upto, at, size, claimed in string.gmatch(s.calls or '', '(%d+):(%d+):(%d+):(%d+):(%d+)') do
  local cohort = {from = tonumber(from), upto = tonumber(upto), at = tonumber(at), size = tonumber(size), claimed = tonumber(claimed)}
  if cohort.at + claimMs > now and cohort.size > cohort.claimed then
    cohorts[#cohorts + 1] = cohort
    reserved = reserved + cohort.size - cohort.claimed
  else
    cohortsChanged = true
  end
end

local function call(from, upto, size)
  local last = cohorts[#cohorts]
  -- Calls of the same moment are one cohort, so there are 40 at most.
  if last and last.upto == from and now - last.at < claimMs / 40 then
    last.upto, last.size = upto, last.size + size
  else
    cohorts[#cohorts + 1] = {from = from, upto = upto, at = now, size = size, claimed = 0}
  end
  reserved = reserved + size
  cohortsChanged = true
end

-- The greater value of Redis and checkpoint counts. Ordinals continue above everything that may have been given.
local restored = false
if doubtful then
  local saved = fields(ARGV[4])
  local function was(field) return tonumber(saved[field]) or 0 end
  restored = was('at') > n('at') or known > n('issued') or (not s.at and was('ceiling') > 0)
  if was('at') > n('at') then
    local missing = was('called') - reserved
    if missing > 0 then call(0, math.max(was('serving'), n('serving')), missing) end
    local held = redis.call('ZCOUNT', KEYS[3], '(' .. ARGV[1], '+inf')
    if was('active') > held then
      put('assumed', was('active') - held)
      put('assumedUntil', now + n('session') * 1000)
    end
    if (saved.gaps or '') ~= '' then put('gaps', saved.gaps) end
    put('clock', now)
  end
  if was('serving') > n('serving') then put('serving', was('serving')) end
  local last = math.max(n('issued'), was('issued'), known, lobby or 0)
  local top = math.max(was('ceiling'), last)
  if restored then
    if lobby then gap(last, top) end
    last = top
  end
  put('issued', last)
  put('ceiling', top)
  -- After a silence alone, no ordinals are skipped until a user joins: perhaps no visitor has them.
  put('unsure', top > last and '1' or '')
end

-- A block of ordinals that DynamoDB has given to this caller alone.
if ARGV[5] ~= '' then
  local from, to = string.match(ARGV[5], '(%d+)-(%d+)')
  from, to = tonumber(from), tonumber(to)
  if from >= n('ceiling') then
    if from > n('ceiling') or s.unsure == '1' then
      if lobby then gap(math.max(n('issued'), lobby), from) end
      put('issued', from)
    end
    put('ceiling', to)
    put('unsure', '')
  end
end

if lobby and n('issued') < lobby then
  put('issued', lobby)
  put('ceiling', math.max(n('ceiling'), lobby))
end

local opened = now >= n('opens')
local shut = s.set == 'closed' or now >= n('closes')
local phase = 'line'
if shut then phase = 'closed'
elseif s.set == 'paused' then phase = 'paused'
elseif not lobby then phase = 'lobby'
elseif s.sold == '1' then phase = 'soldout' end

local active, late = 0, 0
local function measure()
  active = redis.call('ZCOUNT', KEYS[3], '(' .. ARGV[1], '+inf')
  if n('assumedUntil') > now then active = active + n('assumed') end
  if n('lateUntil') > now then late = redis.call('ZCOUNT', KEYS[4], '(' .. ARGV[1], '+inf') end
end

-- Joins of the last whole second or of this one: the greater number.
local function pace()
  local second = math.floor(now / 1000)
  if second == n('second') then return math.max(n('joins'), n('joinsBefore')) end
  return second == n('second') + 1 and n('joins') or 0
end

-- The ordinals to fetch at a time: as many as are missing, so that none is left over. When many join: the joins of half a second.
local function wanted()
  local short = now - n('shortAt') < 1000 and n('short') or 0
  local ahead = pace() >= 100 and math.ceil(pace() / 2) or 1
  return math.min(1000, math.max(1, short, ahead))
end

local function finish(code, a, b, task)
  if cohortsChanged then
    local text = {}
    for i, each in ipairs(cohorts) do
      text[i] = string.format('%.0f:%.0f:%.0f:%.0f:%.0f', each.from, each.upto, each.at, each.size, each.claimed)
    end
    put('calls', table.concat(text, ','))
  end
  put('at', now)
  local flat = {}
  for field, value in pairs(changed) do
    flat[#flat + 1] = field
    flat[#flat + 1] = value
  end
  if dirty then redis.call('HSET', KEYS[1], unpack(flat)) end
  if mirrored then redis.call('PEXPIREAT', KEYS[1], s.expires) end
  local function text(value) return string.format('%.0f', value) end
  return {
    code, a and text(a) or '', b and text(b) or '', task or '',
    phase, text(now), text(n('serving')), text(n('issued')), text(n('ceiling')), text(wanted()),
    text(active), text(reserved), s.rate, s.opens, s.commitment, s.lobby or '', s.seed or '', s.gaps or '',
    s.mirrored, restored and '1' or '', s.work,
  }
end

-- The first caller after the opening starts the draw. The lobby is closed before that: no ordinal is given in between.
local function freeze()
  if now - n('freezing') <= 1000 then return finish('wait') end
  put('freezing', now)
  return finish('freeze', n('issued'))
end
`;
