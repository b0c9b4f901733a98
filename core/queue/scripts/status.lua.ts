/**
 * How far the line is, after moving it.
 *
 * KEYS, ARGV: as state.lua.ts; ARGV 6: 'peek' to move nothing
 * Reply: 'ok', with the task 'save' for the one caller who is to write the checkpoint; 'freeze' with N, 'prime'
 */
import advance from "./advance.lua.ts";
import state from "./state.lua.ts";

export default `${state}${advance}
if ARGV[6] == 'peek' then
  measure()
  return finish('ok')
end
-- whoever only looks need not wait until the one who is on it has frozen the lobby
if opened and not lobby and not shut and now - n('freezing') > 1000 then return freeze() end
advance()
return finish('ok', nil, nil, checkpointTask())
`;
