import type { BackfillOptions, SinkDefinition, SourceDefinition, StepDefinition } from "../component/definition.ts";
import type { ReadItem } from "./item.ts";
import type { SinkItem, SourceItem, StepItem } from "./model.ts";
import { defaultBackfill, type PipelineKeys, type SinkKeys, type StepKeys } from "./pipeline-keys.ts";

// The registry was asked for a definition of the kind, so it is one.
export function asSource(item: ReadItem<object>): SourceDefinition {
  return item.definition as SourceDefinition;
}

export function sourceItem(item: ReadItem<object>): SourceItem {
  const definition = asSource(item);
  return { name: definition.name, config: item.config, at: item.at, fieldsAt: item.fieldsAt, definition };
}

export function stepItem(item: ReadItem<StepKeys>, name: string): StepItem {
  return {
    name,
    config: item.config,
    at: item.at,
    definition: item.definition as StepDefinition,
    when: item.keys.when,
  };
}

export function sinkItem(item: ReadItem<SinkKeys>, name: string): SinkItem {
  const { when, transform, batch, retry, timeout, breaker, maxInFlight, parked } = item.keys;
  const definition = item.definition as SinkDefinition;
  return {
    name,
    config: item.config,
    at: item.at,
    definition,
    when,
    transform,
    batch: batch === undefined ? undefined : { count: batch.count, bytes: batch.bytes, lingerMs: batch.linger },
    retry: { attempts: retry.attempts, backoffMs: retry.backoff, maxBackoffMs: retry.maxBackoff },
    timeoutMs: timeout ?? definition.defaults.timeoutMs,
    breaker: { failures: breaker.failures, openForMs: breaker.openFor, maxOpenForMs: breaker.maxOpenFor },
    maxInFlight,
    parked: { count: parked.count, bytes: parked.bytes },
  };
}

/** What the author said; else the default, but none where old messages would move something. */
export function backfillOf(
  { backfill }: PipelineKeys,
  sinks: readonly ReadItem<SinkKeys>[],
): BackfillOptions | undefined {
  if (backfill === "off") return undefined;
  if (backfill !== undefined) return { withinMs: backfill.within, lookbackMs: backfill.lookback };
  return sinks.some((sink) => (sink.definition as SinkDefinition).sendsCommands) ? undefined : defaultBackfill;
}
