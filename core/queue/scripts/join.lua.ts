/**
 * Gives a user a place, or the one that they have.
 *
 * KEYS, ARGV: as state.lua.ts; ARGV 2 includes the token's ordinal, 6–8 as place.lua.ts, 9 '1' for a caller who got 'full' before, 10 the work done, 11 '1' if the user's e-mail address is proven
 * Reply: 'new' or 'same' with the ordinal and, if the place was used to enter, the time of that (ms), and the task 'raise' to fetch the next block; 'full' (a block is needed), 'unverified', 'challenge', 'check', 'closed', 'freeze' with N, 'wait', 'prime'
 */
import place from "./place.lua.ts";
import state from "./state.lua.ts";

export default `${state}${place}
local again = ARGV[9] == '1'
if shut then return finish('closed') end
if opened and not lobby then return freeze() end
if resolve() == 'check' then return finish('check') end
if admittedAt > 0 and not session() then
  void = math.max(void, ordinal)
  ordinal, admittedAt, placeChanged = 0, 0, false
end
if ordinal > 0 then
  if placeChanged then keep() end
  return finish('same', ordinal, admittedAt > 0 and admittedAt or nil)
end
-- A new place may need a proven address, and cost work. The place that a user has needs and costs nothing.
if s.verified == '1' and ARGV[11] ~= '1' then return finish('unverified') end
if n('work') > (tonumber(ARGV[10]) or 0) then return finish('challenge') end
if n('issued') >= n('ceiling') or s.unsure == '1' then
  local begun = now - n('shortAt') < 1000
  if not begun then
    put('short', 0)
    put('shortAt', now)
  end
  if not again then put('short', n('short') + 1) end
  return finish('full')
end
if again then put('short', math.max(0, n('short') - 1)) end
put('issued', n('issued') + 1)
ordinal = n('issued')
keep()
local joins = pace()
local second = math.floor(now / 1000)
if second ~= n('second') then
  put('joinsBefore', joins)
  put('joins', 0)
  put('second', second)
end
put('joins', n('joins') + 1)
-- When many join, one joiner fetches the next block before this one is used up.
local ahead = joins >= 100 and n('ceiling') - n('issued') < wanted() / 2 and now - n('raising') > 1000
if ahead then put('raising', now) end
return finish('new', ordinal, nil, ahead and 'raise')
`;
