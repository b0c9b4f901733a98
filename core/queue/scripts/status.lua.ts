/**
 * Moves the line, and answers its state.
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
-- A status call need not wait while another caller freezes the lobby.
if opened and not lobby and not shut and now - n('freezing') > 1000 then return freeze() end
advance()
return finish('ok', nil, nil, checkpointTask())
`;
