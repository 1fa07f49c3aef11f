-- Publishes the messages of a claim but those at the positions given, drops it, and returns how many it held; -1 when it is
-- no longer registered under this id (acknowledged before, or taken over).
-- KEYS: register of claims, the claim's list
-- ARGV: claim id, channel, positions (from 1) that are not published
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then
  return -1
end
local silent = {}
for i = 3, #ARGV do
  silent[tonumber(ARGV[i])] = true
end
local messages = redis.call('LRANGE', KEYS[2], 0, -1)
for i = 1, #messages do
  if not silent[i] then
    redis.call('PUBLISH', ARGV[2], messages[i])
  end
end
redis.call('UNLINK', KEYS[2])
return #messages
