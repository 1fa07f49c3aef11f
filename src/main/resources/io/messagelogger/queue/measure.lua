-- Counts: messages in the queue, claims, messages in claims, messages taken from the queue so far; the last starts anew when
-- all has been done for two seconds; and the time, in milliseconds.
-- KEYS: queue, register of claims, count of messages taken, a key that never exists (see reap.lua)
-- ARGV: prefix of the claims
local ids = redis.call('ZRANGE', KEYS[2], 0, -1)
local claimed = 0
for i = 1, #ids do
  local claim = ARGV[1] .. ids[i]
  claimed = claimed + (redis.call('TYPE', claim).ok == 'string' and 1 or redis.call('LLEN', claim))
end
local time = redis.call('TIME')
return { redis.call('LLEN', KEYS[1]), #ids, claimed, tonumber(redis.call('GET', KEYS[3]) or 0), time[1] * 1000 + math.floor(time[2] / 1000) }
