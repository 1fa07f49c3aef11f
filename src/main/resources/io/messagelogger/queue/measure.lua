-- Counts what waits and what is claimed: messages in the queue, claims, messages in claims.
-- KEYS: queue, register of claims
-- ARGV: prefix of the claims' lists
local ids = redis.call('ZRANGE', KEYS[2], 0, -1)
local claimed = 0
for i = 1, #ids do
  claimed = claimed + redis.call('LLEN', ARGV[1] .. ids[i])
end
return { redis.call('LLEN', KEYS[1]), #ids, claimed }
