import { mostIndexes } from "../fields.ts";

// The store's tables, as the steps that lead to them. A step that was released is never changed; what is to be different
// becomes another step. Not here: running them (migrator.ts), BullMQ's own tables (it brings its own migrations).

export interface SchemaNames {
  /** Schema of the store's tables. */
  readonly store: string;
  /** Schema of BullMQ's tables. */
  readonly queue: string;
}

export interface Migration {
  readonly version: number;
  sql(names: SchemaNames): string;
}

/** Columns of a collection's indexed fields. */
export const slotNames: readonly string[] = Array.from({ length: mostIndexes }, (_, i) => `f${i}`);

// Collation "C" orders by bytes, as the other stores do, and needs no locale.
const key = `text COLLATE "C" NOT NULL`;

const tables = ({ store }: SchemaNames): string => `
-- One row per ordering key of a lane. The counters make sizes cheap, and their lock keeps appends and removals apart.
CREATE TABLE ${store}.lane_row (
  lane ${key}, row_key ${key}, due_at float8 NOT NULL, attempts int NOT NULL, entries bigint NOT NULL, bytes bigint NOT NULL,
  PRIMARY KEY (lane, row_key)
);
CREATE INDEX lane_row_due ON ${store}.lane_row (lane, due_at, row_key);
CREATE TABLE ${store}.lane_entry (
  lane ${key}, row_key ${key}, seq bigint GENERATED ALWAYS AS IDENTITY, value text NOT NULL,
  PRIMARY KEY (lane, row_key, seq)
);
-- Which column holds which field of a collection; a field keeps its column for ever.
CREATE TABLE ${store}.collection (name text PRIMARY KEY, slots text[] NOT NULL);
CREATE TABLE ${store}.collection_row (
  collection ${key}, key ${key}, at float8 NOT NULL, version bigint NOT NULL, value text NOT NULL,
  ${slotNames.map((slot) => `${slot} text COLLATE "C"`).join(", ")},
  PRIMARY KEY (collection, key)
);
CREATE INDEX collection_row_at ON ${store}.collection_row (collection, at, key);
${slotNames
  .map(
    (slot) =>
      `CREATE INDEX collection_row_${slot} ON ${store}.collection_row (collection, ${slot}, at, key) WHERE ${slot} IS NOT NULL;`,
  )
  .join("\n")}`;

const laneWriter = ({ store }: SchemaNames): string => `
-- The last append of each writer to a lane, so that one whose answer was lost is not carried out twice.
CREATE TABLE ${store}.lane_writer (
  lane ${key}, writer text NOT NULL, number bigint NOT NULL, at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (lane, writer)
);`;

/** Removes entries and answers how many the row has left. A function, so that each statement sees what the one before waited for. */
const laneRemove = ({ store }: SchemaNames): string => `
CREATE FUNCTION ${store}.lane_remove(p_lane text, p_row text, p_seqs bigint[], p_due float8, p_attempts int)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_count bigint;
  v_bytes bigint;
  v_left bigint;
BEGIN
  WITH gone AS (
    DELETE FROM ${store}.lane_entry WHERE lane = p_lane AND row_key = p_row AND seq = ANY(p_seqs) RETURNING value
  )
  SELECT count(*), coalesce(sum(octet_length(value)), 0) INTO v_count, v_bytes FROM gone;
  UPDATE ${store}.lane_row
     SET entries = entries - v_count, bytes = bytes - v_bytes, due_at = p_due, attempts = p_attempts
   WHERE lane = p_lane AND row_key = p_row
  RETURNING entries INTO v_left;
  IF v_left = 0 THEN
    DELETE FROM ${store}.lane_row WHERE lane = p_lane AND row_key = p_row;
  END IF;
  RETURN coalesce(v_left, 0);
END $$;`;

/**
 * "Start this job again" on BullMQ's own tables, because BullMQ has no way to say "at the earlier of both times": its
 * reschedule takes the newer, and its next job of a deduplication id the last one given. The layout is that of the pinned
 * version; the queue's conformance suite fails should it change.
 *
 * Locks as BullMQ does: first the deduplication ids, in the order of their lock keys, then rows. Whoever ends a job takes the
 * id's lock before it looks for a next job, so a request either is seen by that or finds no job and answers false.
 */
const queueAgain = ({ store, queue }: SchemaNames): string => `
CREATE FUNCTION ${store}.queue_again(p_topic text, p_now bigint, p_owner text, p_requests jsonb)
RETURNS boolean[] LANGUAGE plpgsql SET search_path = ${queue} AS $$
DECLARE
  v_lock int;
  r jsonb;
  v_at bigint;
  v_id text;
  v_state text;
  v_name text;
  v_started int;
  v_known text;
  v_found boolean[] := '{}';
BEGIN
  FOR v_lock IN
    SELECT DISTINCT hashtext('bullmq:dedup:' || p_topic || ':' || (value ->> 'dedupId'))
      FROM jsonb_array_elements(p_requests) ORDER BY 1
  LOOP
    PERFORM pg_advisory_xact_lock(v_lock);
  END LOOP;

  FOR r IN SELECT value FROM jsonb_array_elements(p_requests) WITH ORDINALITY ORDER BY ordinality LOOP
    v_at := (r ->> 'runAt')::bigint;
    SELECT job.id, job.state::text, job.name, job.attempts_started INTO v_id, v_state, v_name, v_started
      FROM dedup JOIN job ON job.queue = dedup.queue AND job.id = dedup.job_id
     WHERE dedup.queue = p_topic AND dedup.dedup_id = r ->> 'dedupId' AND p_owner IN ('', job.id);
    v_found := v_found || (v_id IS NOT NULL);
    CONTINUE WHEN v_id IS NULL;

    IF v_state <> 'active' THEN
      UPDATE job
         SET name = regexp_replace(name, '-?[0-9]+$', least(v_at, split_part(name, ':', 3)::bigint)::text),
             process_at_ms = least(process_at_ms, v_at),
             delay_ms = greatest(0, least(process_at_ms, v_at) - p_now)
       WHERE job.queue = p_topic AND job.id = v_id AND job.state IN ('waiting', 'delayed')
         AND (split_part(name, ':', 3)::bigint > v_at OR process_at_ms > v_at);
      IF FOUND THEN
        PERFORM pg_notify('bullmq_jobs', p_topic);
      END IF;
      CONTINUE;
    END IF;

    SELECT payload ->> 'name' INTO v_known FROM dedup_next WHERE queue = p_topic AND dedup_id = r ->> 'dedupId';
    v_at := least(v_at, split_part(v_known, ':', 3)::bigint);
    IF v_known IS NOT NULL AND p_owner = '' THEN
      UPDATE dedup_next
         SET payload = jsonb_set(payload, '{name}', to_jsonb(regexp_replace(v_known, '-?[0-9]+$', v_at::text)))
       WHERE queue = p_topic AND dedup_id = r ->> 'dedupId';
      CONTINUE;
    END IF;
    -- Asked from outside, it starts right after this round and puts itself off: a delay would count from the round's end.
    INSERT INTO dedup_next (queue, dedup_id, payload) VALUES (p_topic, r ->> 'dedupId', jsonb_build_object(
      'name', CASE WHEN p_owner = '' THEN (split_part(v_name, ':', 1)::bigint + v_started)::text ELSE r ->> 'starts' END
              || ':' || (r ->> 'failures') || ':' || v_at,
      'data', r -> 'data',
      'jobId', r -> 'nextId',
      'opts', (r -> 'options') || jsonb_build_object('delay', CASE WHEN p_owner = '' THEN 0 ELSE greatest(0, v_at - p_now) END)))
    ON CONFLICT (queue, dedup_id) DO UPDATE SET payload = excluded.payload;
  END LOOP;
  RETURN v_found;
END $$;`;

export const migrations: readonly Migration[] = [
  { version: 1, sql: (names) => `${tables(names)}\n${laneRemove(names)}\n${queueAgain(names)}` },
  { version: 2, sql: laneWriter },
];
