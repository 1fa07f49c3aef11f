-- Sets the lease of a claim to end that much later than now; 0 when it is no longer registered under this id.
-- KEYS: register of claims
-- ARGV: lease in ms, claim id
if not redis.call('ZSCORE', KEYS[1], ARGV[2]) then
  return 0
end
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1], ARGV[2])
return 1
