-- Takes over one claim whose lease has run out: it gets a new id, so that its former owner can do nothing with it any more,
-- and a new lease. Returns the new id, then the messages; nothing when no lease has run out. The id ends in the number of
-- times that the claim was taken over.
-- KEYS: register of claims
-- ARGV: prefix of the claims' lists, lease in ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
while true do
  local id = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)[1]
  if not id then
    return {}
  end
  if redis.call('EXISTS', ARGV[1] .. id) == 1 then
    local base, times = string.match(id, '^(.*)%.(%d+)$')
    local taken = (base or id) .. '.' .. (tonumber(times or 0) + 1)
    redis.call('ZADD', KEYS[1], now + ARGV[2], taken)
    redis.call('RENAME', ARGV[1] .. id, ARGV[1] .. taken)
    redis.call('ZREM', KEYS[1], id)
    local reply = redis.call('LRANGE', ARGV[1] .. taken, 0, -1)
    table.insert(reply, 1, taken)
    return reply
  end
  redis.call('ZREM', KEYS[1], id)
end
