-- A part of the only message of a claim; nothing when the claim is no longer there.
-- KEYS: the claim's list
-- ARGV: first byte (from 1), last byte
local message = redis.call('LINDEX', KEYS[1], 0)
return message and string.sub(message, ARGV[1], ARGV[2])
