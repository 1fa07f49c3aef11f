-- Counts an owner that risks its life for a claim (1), or that has survived (-1): what is left when it is gone is a death.
-- Returns 0 when the claim is no longer registered under this id.
-- KEYS: register of claims, deaths of owners
-- ARGV: claim id, claim's origin, 1 or -1
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return 0
end
if redis.call('HINCRBY', KEYS[2], ARGV[2], ARGV[3]) <= 0 then
  redis.call('HDEL', KEYS[2], ARGV[2])
end
return 1
