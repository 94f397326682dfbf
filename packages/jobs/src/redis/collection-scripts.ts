import type { Lua, Script } from "./script.ts";

// Collections in Redis, and the scripts that keep rows and indexes together. Not here: their callers (redis-collection.ts).
//
//   rows:NAME               hash of key -> "VERSION AT FIELDS\nVALUE": FIELDS and VALUE are JSON, FIELDS without a line end
//   at:NAME                 sorted set of the keys by `at`
//   idx:NAME:FIELD:VALUE    sorted set, by `at`, of the keys whose field has that value
// Redis orders members of one score by their bytes, which makes (at, key) the order of all of them.

const head: Lua = `
local base, name = KEYS[1], ARGV[1]
local rows, times = base .. 'rows:' .. name, base .. 'at:' .. name
local function idx(field, value) return base .. 'idx:' .. name .. ':' .. field .. ':' .. value end
local function parse(text) return string.match(text, '^(%d+) (%S+) ([^\\n]*)\\n') end
local function forget(key, fields)
  for field, text in pairs(cjson.decode(fields)) do redis.call('ZREM', idx(field, text), key) end
end
local function drop(key)
  local old = redis.call('HGET', rows, key)
  if not old then return 0 end
  local version, at, fields = parse(old)
  forget(key, fields)
  redis.call('HDEL', rows, key)
  redis.call('ZREM', times, key)
  return 1
end
`;

// Many rows go into the same few sets: each set is changed in one call, as far as one call can hold the arguments.
const groups: Lua = `
local function text_of(version, at, fields, value) return version .. ' ' .. at .. ' ' .. fields .. '\\n' .. value end
local added, removed = {}, {}
local function listed(sets, set)
  local list = sets[set]
  if not list then
    list = {}
    sets[set] = list
  end
  return list
end
local function add(set, at, key)
  local list = listed(added, set)
  list[#list + 1] = at
  list[#list + 1] = key
end
local function remove(set, key)
  local list = listed(removed, set)
  list[#list + 1] = key
end
local function carry_out(command, sets)
  for set, list in pairs(sets) do
    for i = 1, #list, 4000 do redis.call(command, set, unpack(list, i, math.min(i + 3999, #list))) end
  end
end
local function change_sets()
  carry_out('ZREM', removed)
  carry_out('ZADD', added)
end
`;

/** name, then key, at, fields and value of each row -> 1 or 0 of each. */
export const insertRows: Script = {
  name: "signalboxRowsInsert",
  lua: `${head}${groups}
local answers = {}
for i = 2, #ARGV, 4 do
  local key, at, fields = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local isNew = redis.call('HSETNX', rows, key, text_of(1, at, fields, ARGV[i + 3]))
  if isNew == 1 then
    add(times, at, key)
    for field, text in pairs(cjson.decode(fields)) do add(idx(field, text), at, key) end
  end
  answers[#answers + 1] = isNew
end
change_sets()
return answers`,
};

/** name, then key, at, fields, value of each row; the keys differ. */
export const putRows: Script = {
  name: "signalboxRowsPut",
  lua: `${head}${groups}
for i = 2, #ARGV, 4 do
  local key, at, fields = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local version, before, old = 0, {}, redis.call('HGET', rows, key)
  if old then
    local last, _, former = parse(old)
    version, before = last, cjson.decode(former)
  end
  local after = cjson.decode(fields)
  for field, text in pairs(before) do
    if after[field] ~= text then remove(idx(field, text), key) end
  end
  redis.call('HSET', rows, key, text_of(string.format('%.0f', version + 1), at, fields, ARGV[i + 3]))
  add(times, at, key)
  for field, text in pairs(after) do add(idx(field, text), at, key) end
end
change_sets()`,
};

/** name, then key, version, changed fields, value of each change -> 1 or 0 of each; the keys differ. */
export const replaceRows: Script = {
  name: "signalboxRowsReplace",
  lua: `${head}${groups}
local function merge(key, at, fields, changed)
  local merged, is_changed = cjson.decode(fields), false
  for field, text in pairs(cjson.decode(changed)) do
    local before = merged[field]
    if before ~= text then
      if before then remove(idx(field, before), key) end
      add(idx(field, text), at, key)
      merged[field], is_changed = text, true
    end
  end
  return is_changed and cjson.encode(merged) or fields
end
local function replace(key, expected, changed, value)
  local old = redis.call('HGET', rows, key)
  if not old then return 0 end
  local version, at, fields = parse(old)
  if version ~= expected then return 0 end
  local merged = merge(key, at, fields, changed)
  redis.call('HSET', rows, key, text_of(string.format('%.0f', version + 1), at, merged, value))
  return 1
end
local replaced = {}
for i = 2, #ARGV, 4 do replaced[#replaced + 1] = replace(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]) end
change_sets()
return replaced`,
};

/** name, then the keys -> how many existed. */
export const removeRows: Script = {
  name: "signalboxRowsRemove",
  lua: `${head}
local count = 0
for i = 2, #ARGV do count = count + drop(ARGV[i]) end
return count`,
};

/** name, before or '', keep or '', at most -> how many were removed; as many as asked for: there may be more. */
export const pruneRows: Script = {
  name: "signalboxRowsPrune",
  lua: `${head}
local most, keys = tonumber(ARGV[4]), {}
if ARGV[2] ~= '' then keys = redis.call('ZRANGEBYSCORE', times, '-inf', '(' .. ARGV[2], 'LIMIT', 0, most) end
if ARGV[3] ~= '' then
  -- The rows above are the oldest: those beyond \`keep\` follow them.
  local beyond = math.min(redis.call('ZCARD', times) - #keys - tonumber(ARGV[3]), most - #keys)
  local next = beyond > 0 and redis.call('ZRANGE', times, #keys, #keys + beyond - 1) or {}
  for _, key in ipairs(next) do keys[#keys + 1] = key end
end
for _, key in ipairs(keys) do drop(key) end
return #keys`,
};

const select: Lua = `
-- The smallest sorted set of those that the rows must be in leads; the others are asked about each of its keys.
local lead, others = times, {}
local function choose(where)
  local smallest = math.huge
  local sets = {}
  for field, text in pairs(cjson.decode(where)) do sets[#sets + 1] = idx(field, text) end
  for _, set in ipairs(sets) do
    local size = redis.call('ZCARD', set)
    if size < smallest then lead, smallest = set, size end
  end
  for _, set in ipairs(sets) do
    if set ~= lead then others[#others + 1] = set end
  end
end
local function is_in_others(key)
  for _, set in ipairs(others) do
    if not redis.call('ZSCORE', set, key) then return false end
  end
  return true
end
`;

/** name, where -> count. */
export const countRows: Script = {
  name: "signalboxRowsCount",
  lua: `${head}${select}
choose(ARGV[2])
if #others == 0 then return redis.call('ZCARD', lead) end
local count = 0
for _, key in ipairs(redis.call('ZRANGE', lead, 0, -1)) do
  if is_in_others(key) then count = count + 1 end
end
return count`,
};

/** name, where, from or '', to or '', 1 for newest first, limit, after at or '', after key -> key, row, key, row ... */
export const queryRows: Script = {
  name: "signalboxRowsQuery",
  lua: `${head}${select}
choose(ARGV[2])
local from, to, reverse = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1'
local limit, after, after_key = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]
-- Byte by byte: Lua's own comparison follows the server's locale.
local function is_less(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end
local function is_behind(at, key)
  if not after or at ~= after then return true end
  if reverse then return is_less(key, after_key) end
  return is_less(after_key, key)
end
local function start()
  if reverse then
    local above = after and redis.call('ZCOUNT', lead, '(' .. ARGV[7], '+inf') or 0
    return math.max(above, to and redis.call('ZCOUNT', lead, ARGV[4], '+inf') or 0)
  end
  local below = after and redis.call('ZCOUNT', lead, '-inf', '(' .. ARGV[7]) or 0
  return math.max(below, from and redis.call('ZCOUNT', lead, '-inf', '(' .. ARGV[3]) or 0)
end
local rank, step, found = start(), math.min(limit, 500) + 1, {}
while #found < limit * 2 do
  local page = redis.call(reverse and 'ZREVRANGE' or 'ZRANGE', lead, rank, rank + step - 1, 'WITHSCORES')
  for i = 1, #page, 2 do
    local key, at = page[i], tonumber(page[i + 1])
    if (reverse and from and at < from) or (not reverse and to and at >= to) then return found end
    if #found < limit * 2 and is_behind(at, key) and is_in_others(key) then
      found[#found + 1] = key
      found[#found + 1] = redis.call('HGET', rows, key)
    end
  end
  if #page < step * 2 then break end
  rank = rank + step
end
return found`,
};
