import type { Script } from "./script.ts";

/**
 * "Start this job again" on BullMQ's own keys, because BullMQ has no way to say "at the earlier of both times": its
 * reschedule takes the newer, and its next job of a deduplication id the last one given. The layout is that of the pinned
 * version; the queue's conformance suite fails should it change. KEYS[1] is "<prefix>:<topic>:".
 *
 *   de:DEDUP   id of the job that holds the deduplication id
 *   dn:DEDUP   its next job { name, data, opts, jid }; whoever finishes the job makes it a real one, in the same step
 *   delayed    sorted set of ids by (time * 4096); marker: wakes workers, its score is the next time
 *
 * now, owner ("" = anyone), then per request: dedup id, starts, failures, run at, next id, data, options -> 1 or 0 each.
 */
export const againScript: Script = {
  name: "signalboxAgain",
  lua: `
local base, now, owner = KEYS[1], tonumber(ARGV[1]), ARGV[2]
local function run_at_of(name) return tonumber(string.match(name or '', '(%-?%d+)$')) end
local function with_run_at(name, at) return string.gsub(name, '%-?%d+$', at) end

local function wait_less(id, at)
  local score = redis.call('ZSCORE', base .. 'delayed', id)
  local name = redis.call('HGET', base .. id, 'name')
  if run_at_of(name) > tonumber(at) then redis.call('HSET', base .. id, 'name', (with_run_at(name, at))) end
  if not score or math.floor(tonumber(score) / 4096) <= tonumber(at) then return end
  redis.call('ZADD', base .. 'delayed', string.format('%.0f', tonumber(at) * 4096), id)
  redis.call('HSET', base .. id, 'delay', string.format('%.0f', math.max(0, tonumber(at) - now)))
  local head = redis.call('ZRANGE', base .. 'delayed', 0, 0, 'WITHSCORES')
  redis.call('ZADD', base .. 'marker', string.format('%.0f', math.floor(tonumber(head[2]) / 4096)), '1')
end

local function run_again(id, dedup, starts, failures, at, next_id, data, opts)
  local key = base .. 'dn:' .. dedup
  local known = redis.call('HGET', key, 'name')
  if known and run_at_of(known) < tonumber(at) then at = string.format('%.0f', run_at_of(known)) end
  if known and owner == '' then
    redis.call('HSET', key, 'name', (with_run_at(known, at)))
    return
  end
  -- Asked from outside, it starts right after this round and puts itself off: a delay would count from the round's end.
  local delay = '0'
  if owner == '' then
    local job = redis.call('HMGET', base .. id, 'name', 'ats')
    starts = string.format('%.0f', string.match(job[1], '^(%d+)') + (job[2] or 0))
  else
    delay = string.format('%.0f', math.max(0, tonumber(at) - now))
  end
  redis.call('HSET', key, 'name', starts .. ':' .. failures .. ':' .. at, 'data', data, 'jid', next_id,
    'opts', '{"delay":' .. delay .. ',' .. string.sub(opts, 2))
end

local found = {}
for i = 3, #ARGV, 7 do
  local id = redis.call('GET', base .. 'de:' .. ARGV[i])
  local exists = id and (owner == '' or owner == id) and redis.call('EXISTS', base .. id) == 1
  if exists then
    if redis.call('LPOS', base .. 'active', id) then
      run_again(id, ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6])
    else
      wait_less(id, ARGV[i + 3])
    end
  end
  found[#found + 1] = exists and 1 or 0
end
return found`,
};
