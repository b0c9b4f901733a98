/**
 * Frees the slot of a user's admission; the place stays on record as used.
 *
 * KEYS: 1 places, 2 active
 * ARGV: 1 user, 2 when the admission to end was issued (ms), or '' for the present one
 * Reply: 1 if a slot was freed, else 0; when the user's admission was issued (ms), 0 if there is none or it is not the one to end
 */
export default `
local record = redis.call('HGET', KEYS[1], ARGV[1])
local admittedAt = record and string.match(record, '%d+:(%d+):%d+') or '0'
if ARGV[2] ~= '' and ARGV[2] ~= admittedAt then return {0, '0'} end
return {redis.call('ZREM', KEYS[2], ARGV[1]), admittedAt}
`;
