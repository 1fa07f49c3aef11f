-- Puts the messages of a claim back to where they were taken from, in their order, and returns how many; -1 when the claim is
-- no longer registered under this id.
-- KEYS: queue, register of claims, the claim, count of messages taken, deaths of owners
-- ARGV: claim id, claim's origin
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  return -1
end
local moved = 0
if redis.call('TYPE', KEYS[3]).ok == 'string' then
  redis.call('RPUSH', KEYS[1], redis.call('GET', KEYS[3]))
  redis.call('DEL', KEYS[3])
  moved = 1
else
  while redis.call('LMOVE', KEYS[3], KEYS[1], 'RIGHT', 'RIGHT') do
    moved = moved + 1
  end
end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[5], ARGV[2])
redis.call('DECRBY', KEYS[4], moved)
return moved
