-- Takes over one claim whose lease has run out: it gets a new id, so that its former owner can do nothing with it any more,
-- and a new lease. Returns the new id, how many owners have died over its messages, then the messages; nothing when no lease
-- has run out. The id ends in the number of times that the claim was taken over. Of a message above the size limit, whose
-- claim is a string, the size is returned.
-- KEYS: register of claims, deaths of owners, a key that never exists: a cluster that is moving the slot then refuses, instead of
--   not finding claims that are still, or already, on the other node
-- ARGV: prefix of the claims, lease in ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
while true do
  local id = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)[1]
  if not id then
    -- A lease that ends as far ahead was given before the clock was set back. Its owner may live: it has one lease to renew.
    local ahead = redis.call('ZRANGEBYSCORE', KEYS[1], now + 4 * ARGV[2], '+inf')
    for i = 1, #ahead do
      redis.call('ZADD', KEYS[1], now + ARGV[2], ahead[i])
    end
    return {}
  end
  local base, times = string.match(id, '^(.*)%.(%d+)$')
  base = base or id
  if redis.call('EXISTS', ARGV[1] .. id) == 1 then
    local taken = base .. '.' .. (tonumber(times or 0) + 1)
    redis.call('ZADD', KEYS[1], now + ARGV[2], taken)
    redis.call('RENAME', ARGV[1] .. id, ARGV[1] .. taken)
    redis.call('ZREM', KEYS[1], id)
    local large = redis.call('TYPE', ARGV[1] .. taken).ok == 'string'
    local reply = large and { redis.call('STRLEN', ARGV[1] .. taken) } or redis.call('LRANGE', ARGV[1] .. taken, 0, -1)
    table.insert(reply, 1, tonumber(redis.call('HGET', KEYS[2], base) or 0))
    table.insert(reply, 1, taken)
    return reply
  end
  redis.call('ZREM', KEYS[1], id)
  redis.call('HDEL', KEYS[2], base)
end
