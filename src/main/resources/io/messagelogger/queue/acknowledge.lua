-- Publishes the messages of a claim but those at the positions given, drops it, and returns how many it held; -1 when it is
-- no longer registered under this id (acknowledged before, or taken over). One that does not hold what its owner has stored
-- is left alone. A channel that may not be used is passed over.
-- KEYS: queue, register of claims, the claim, count of messages taken, deaths of owners
-- ARGV: claim id, claim's origin, channel, messages stored, positions (from 1) that are not published
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  return -1
end
local large = redis.call('TYPE', KEYS[3]).ok == 'string'
local held = large and 1 or redis.call('LLEN', KEYS[3])
if held ~= tonumber(ARGV[4]) then
  return held
end
if not large and #ARGV - 4 < held then
  local silent = {}
  for i = 5, #ARGV do
    silent[tonumber(ARGV[i])] = true
  end
  local messages = redis.call('LRANGE', KEYS[3], 0, -1)
  for i = 1, #messages do
    if not silent[i] then
      redis.pcall('PUBLISH', ARGV[3], messages[i])
    end
  end
end
redis.call('UNLINK', KEYS[3])
redis.call('HDEL', KEYS[5], ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('EXISTS', KEYS[1], KEYS[2]) == 0 then
  redis.call('EXPIRE', KEYS[4], 2)
end
return held
