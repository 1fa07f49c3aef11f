-- Counts: messages in the queue, claims, messages in claims, messages taken from the queue since it was last empty with
-- nothing claimed.
-- KEYS: queue, register of claims, count of messages taken
-- ARGV: prefix of the claims' lists
local ids = redis.call('ZRANGE', KEYS[2], 0, -1)
local claimed = 0
for i = 1, #ids do
  claimed = claimed + redis.call('LLEN', ARGV[1] .. ids[i])
end
return { redis.call('LLEN', KEYS[1]), #ids, claimed, tonumber(redis.call('GET', KEYS[3]) or 0) }
