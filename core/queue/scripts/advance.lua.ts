/**
 * Moves the line. Each call that asks for its state moves it, so nothing else has to.
 *
 * KEYS, ARGV: as state.lua.ts
 * Reply: none; it raises \`serving\` and calls a cohort, within rate and capacity
 */
export default `
local function skip()
  while true do
    local from, to = string.match(s.gaps or '', '^(%d+)-(%d+),')
    if not from or tonumber(from) > n('serving') then return from and tonumber(from) or n('issued') end
    if tonumber(to) > n('serving') then put('serving', tonumber(to)) end
    put('gaps', string.sub(s.gaps, #from + #to + 3))
  end
end

local function advance()
  measure()
  if phase ~= 'line' and phase ~= 'soldout' then
    put('clock', now)
    return
  end
  local rate = n('rate')
  -- From the opening on. After a silence it counts five seconds at most, but enough time for one visitor.
  local clock = math.max(n('clock'), n('opens'), now - math.max(5000, 1000 / rate))
  local grant = math.floor((now - clock) * rate / 1000 + 1e-6)
  put('clock', math.min(now, clock + grant * 1000 / rate))
  local edge = skip()
  grant = math.min(grant, n('max') - active - reserved - late)
  while grant > 0 and n('serving') < n('issued') do
    local from = n('serving')
    local size = math.min(grant, math.min(edge, n('issued')) - from)
    put('serving', from + size)
    call(from, from + size, size)
    grant = grant - size
    edge = skip()
  end
end

-- The checkpoint tick: every three seconds one caller gets the task to save the line. Lapsed admissions are removed at the same tick.
local function checkpointTask()
  if now - n('savedAt') <= 3000 then return end
  put('savedAt', now)
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', ARGV[1])
  local mark = string.format('%.0f/%.0f/%.0f/%.0f', n('serving'), n('issued'), active, reserved)
  if s.saved == mark then return end
  put('saved', mark)
  return 'save'
end
`;
