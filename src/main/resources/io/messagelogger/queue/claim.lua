-- Moves messages from the queue to a claim of their own and returns the queue's length before, then the messages, the
-- longest waiting first. Takes nothing while fewer wait than asked for. A message above the size limit has a claim to
-- itself, which is a string then, so that it can be read in parts; its size is returned in its place.
-- KEYS: queue, register of claims, the claim, count of messages taken
-- ARGV: least count, most messages, most bytes, lease in ms, claim id, size limit
local waiting = redis.call('LLEN', KEYS[1])
local reply = { waiting }
if waiting == 0 or waiting < tonumber(ARGV[1]) then
  return reply
end
local time = redis.call('TIME')
-- Registered before anything moves: a script that dies half-way is not rolled back.
redis.call('ZADD', KEYS[2], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4], ARGV[5])
local bytes = 0
for i = 2, ARGV[2] + 1 do
  local message = redis.call('LMOVE', KEYS[1], KEYS[3], 'RIGHT', 'RIGHT')
  if not message then
    break
  end
  if #message > tonumber(ARGV[6]) then
    if i == 2 then
      redis.call('SET', KEYS[3], message)
      reply[2] = #message
    else
      redis.call('LMOVE', KEYS[3], KEYS[1], 'RIGHT', 'RIGHT')
    end
    break
  end
  reply[i] = message
  bytes = bytes + #message
  if bytes >= tonumber(ARGV[3]) then
    break
  end
end
redis.call('INCRBY', KEYS[4], #reply - 1)
redis.call('PERSIST', KEYS[4])
return reply
