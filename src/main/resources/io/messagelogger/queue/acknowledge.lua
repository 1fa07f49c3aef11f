-- Publishes messages of a claim from its head on, but those at the positions given, and drops them; with the last of them
-- the claim is gone. Returns how many it held before; -1 when it is no longer registered under this id (acknowledged before,
-- or taken over). One that does not hold what its owner has stored is left alone. One of which these were dropped before, so
-- that only the reply was lost, is left alone too. One that holds messages again that were dropped before (a replica that did
-- not know of it yet has become the master) loses them with these. A channel that may not be used is passed over.
-- KEYS: queue, register of claims, the claim, count of messages taken, deaths of owners
-- ARGV: claim id, claim's origin, channel, messages stored, how many of them were dropped before, how many are to be
--   dropped after this, positions (from 1, in the whole claim, up to that) that are not published
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  return -1
end
local size, from, to = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local expected = size - from
local large = redis.call('TYPE', KEYS[3]).ok == 'string'
local held = large and 1 or redis.call('LLEN', KEYS[3])
if held == size - to and to < size then
  return expected
end
if held < expected or held > size then
  return held
end
from = size - held
local silent = {}
local loud = large and 0 or to - from
for i = 7, #ARGV do
  local position = tonumber(ARGV[i])
  silent[position] = true
  loud = loud - (position > from and 1 or 0)
end
if loud > 0 then
  -- Few at a time: a reply of more than 16 KB is put together from blocks, and copied.
  for first = 0, to - from - 1, 16 do
    local messages = redis.call('LRANGE', KEYS[3], first, math.min(first + 16, to - from) - 1)
    for i = 1, #messages do
      if not silent[from + first + i] then
        redis.pcall('PUBLISH', ARGV[3], messages[i])
      end
    end
  end
end
if to < size then
  redis.call('LTRIM', KEYS[3], to - from, -1)
  return expected
end
redis.call('UNLINK', KEYS[3])
redis.call('HDEL', KEYS[5], ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('EXISTS', KEYS[1], KEYS[2]) == 0 then
  redis.call('EXPIRE', KEYS[4], 2)
end
return expected
