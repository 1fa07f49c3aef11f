-- Makes several claims of one, each with a share of its messages in their order, to be taken over at once by whoever comes.
-- Each of them starts with the deaths given, and goes on counting how often it was taken over; that it is taken over from here
-- does not count. Returns how many messages were moved; -1 when the claim is no longer registered
-- under this id.
-- KEYS: register of claims, the claim, deaths of owners, a key that never exists (see reap.lua)
-- ARGV: claim id, claim's origin, prefix of the claims' lists, deaths, origins of the new claims
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return -1
end
local held = redis.call('LLEN', KEYS[2])
local share = math.ceil(held / (#ARGV - 4))
local reaps = math.max(0, string.match(ARGV[1], '%d+$') - 1)
local moved = 0
for i = 5, #ARGV do
  if moved == held then
    break
  end
  local part = ARGV[i] .. '.' .. reaps
  redis.call('ZADD', KEYS[1], 0, part)
  redis.call('HSET', KEYS[3], ARGV[i], ARGV[4])
  for _ = 1, math.min(share, held - moved) do
    redis.call('LMOVE', KEYS[2], ARGV[3] .. part, 'LEFT', 'RIGHT')
    moved = moved + 1
  end
end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[2])
return moved
