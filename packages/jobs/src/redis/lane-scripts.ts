import type { Lua, Script } from "./script.ts";

// The lanes in Redis, and the scripts that keep them whole. Not here: their callers (redis-lanes.ts).
//
//   lanes            sorted set of the names of non-empty lanes, all with score 0: read by prefix
//   seq              the last sequence number; one for all lanes, so that an emptied lane never uses one twice
//   due:LANE         sorted set of the lane's rows by when they are due
//   tries:LANE       hash of row -> attempts
//   size:LANE        hash { entries, bytes }
//   writer:WRITER    hash of lane -> number of the writer's last append; kept for a day
//   row:N:LANE:ROW   sorted set of a row's entries ("seq:value") by seq; N = length of LANE, which may hold colons

const head: Lua = `
local base, lane = KEYS[1], ARGV[1]
local due, tries, size = base .. 'due:' .. lane, base .. 'tries:' .. lane, base .. 'size:' .. lane
local function row_key(row) return base .. 'row:' .. #lane .. ':' .. lane .. ':' .. row end
`;

/** lane, due at, attempts, writer or "", number of the append, then row and value of each entry. */
export const appendEntries: Script = {
  name: "signalboxLaneAppend",
  lua: `${head}
if ARGV[4] ~= '' then
  local writer = base .. 'writer:' .. ARGV[4]
  if tonumber(redis.call('HGET', writer, lane) or 0) >= tonumber(ARGV[5]) then return end
  redis.call('HSET', writer, lane, ARGV[5])
  redis.call('EXPIRE', writer, 86400)
end
local count, bytes = (#ARGV - 5) / 2, 0
local seq = redis.call('INCRBY', base .. 'seq', count) - count
for i = 6, #ARGV, 2 do
  local row, value = ARGV[i], ARGV[i + 1]
  if redis.call('ZADD', due, 'NX', ARGV[2], row) == 1 then redis.call('HSET', tries, row, ARGV[3]) end
  seq = seq + 1
  local text = string.format('%.0f', seq)
  redis.call('ZADD', row_key(row), text, text .. ':' .. value)
  bytes = bytes + #value
end
redis.call('HINCRBY', size, 'entries', count)
redis.call('HINCRBY', size, 'bytes', bytes)
redis.call('ZADD', base .. 'lanes', 0, lane)`,
};

/** lane, now, rows, entries per row -> { row, due at, attempts, entries } of each row. */
export const dueRows: Script = {
  name: "signalboxLaneDue",
  lua: `${head}
local found = redis.call('ZRANGEBYSCORE', due, '-inf', ARGV[2], 'WITHSCORES', 'LIMIT', 0, ARGV[3])
local rows = {}
for i = 1, #found, 2 do
  local row = found[i]
  local entries = tonumber(ARGV[4]) > 0 and redis.call('ZRANGE', row_key(row), 0, ARGV[4] - 1) or {}
  rows[#rows + 1] = { row, found[i + 1], redis.call('HGET', tries, row), entries }
end
return rows`,
};

/** lane, row, due at, attempts, then the seqs -> entries left. */
export const removeEntries: Script = {
  name: "signalboxLaneRemove",
  lua: `${head}
local row, entries, count, bytes = ARGV[2], row_key(ARGV[2]), 0, 0
if not redis.call('ZSCORE', due, row) then return 0 end
for i = 5, #ARGV do
  local found = redis.call('ZRANGEBYSCORE', entries, ARGV[i], ARGV[i])[1]
  if found then
    redis.call('ZREM', entries, found)
    count, bytes = count + 1, bytes + #found - #ARGV[i] - 1
  end
end
if count > 0 then
  redis.call('HINCRBY', size, 'entries', -count)
  redis.call('HINCRBY', size, 'bytes', -bytes)
end
local left = redis.call('ZCARD', entries)
if left > 0 then
  redis.call('ZADD', due, ARGV[3], row)
  redis.call('HSET', tries, row, ARGV[4])
  return left
end
redis.call('ZREM', due, row)
redis.call('HDEL', tries, row)
if redis.call('ZCARD', due) == 0 then
  redis.call('DEL', size)
  redis.call('ZREM', base .. 'lanes', lane)
end
return 0`,
};

/** lane, row, due at, attempts. */
export const deferRow: Script = {
  name: "signalboxLaneDefer",
  lua: `${head}
if not redis.call('ZSCORE', due, ARGV[2]) then return end
redis.call('ZADD', due, ARGV[3], ARGV[2])
redis.call('HSET', tries, ARGV[2], ARGV[4])`,
};

/** prefix -> { lane, entries, bytes, rows } of each lane. */
export const listLanes: Script = {
  name: "signalboxLaneList",
  lua: `
local base, prefix = KEYS[1], ARGV[1]
local sizes = {}
for _, lane in ipairs(redis.call('ZRANGEBYLEX', base .. 'lanes', '[' .. prefix, '(' .. prefix .. '\\255')) do
  local size = redis.call('HMGET', base .. 'size:' .. lane, 'entries', 'bytes')
  sizes[#sizes + 1] = { lane, size[1], size[2], redis.call('ZCARD', base .. 'due:' .. lane) }
end
return sizes`,
};
