/**
 * Gives a user a place, or the one that they have.
 *
 * KEYS, ARGV: as state.lua.ts; ARGV 2 takes the token's ordinal in, 6–8 as place.lua.ts
 * Reply: 'new' or 'same' with the ordinal, and the task 'raise' to fetch the next block; 'full' (a block is needed), 'vouch', 'closed', 'freeze' with N, 'wait', 'prime'
 */
import place from "./place.lua.ts";
import state from "./state.lua.ts";

export default `${state}${place}
if shut then return finish('closed') end
if opened and not lobby then return freeze() end
if resolve() == 'vouch' then return finish('vouch') end
if admittedAt > 0 and not session() then
  void = math.max(void, ordinal)
  ordinal, admittedAt, placeChanged = 0, 0, false
end
if ordinal > 0 then
  if placeChanged then keep() end
  return finish('same', ordinal)
end
if n('issued') >= n('ceiling') then
  local begun = now - n('shortAt') < 1000
  put('short', begun and n('short') + 1 or 1)
  if not begun then put('shortAt', now) end
  return finish('full')
end
put('issued', n('issued') + 1)
ordinal = n('issued')
keep()
-- in a rush, one joiner fetches the next block before this one is used up
local ahead = wanted() >= 16 and n('ceiling') - n('issued') < wanted() / 2 and now - n('raising') > 1000
if ahead then put('raising', now) end
return finish('new', ordinal, nil, ahead and 'raise')
`;
