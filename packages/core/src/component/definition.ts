import type { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Location } from "../location.ts";
import type { ErrorCode } from "../errors/codes.ts";
import type { Logger } from "../log.ts";
import type { CheckResult } from "./check-result.ts";
import type { Connection, Sink, Source, Step } from "./contracts.ts";
import type { Services } from "./services.ts";

export type ComponentKind = "source" | "step" | "sink" | "connection";

interface Common<Kind extends ComponentKind, Schema extends z.ZodType> {
  readonly kind: Kind;
  /** The key an author writes: `http`, `akenza`. Unique within its kind. */
  readonly name: string;
  /** One line, for lists. */
  readonly summary: string;
  /** Markdown, for the reference page: how it behaves, what it promises, what it does not. */
  readonly description: string;
  /**
   * What stands under the key. Every field has a description and a default or none, and comes from `fields.ts` where it
   * is more than a plain value. Alternatives in one field are told apart by their YAML kind (text, list, mapping).
   */
  readonly schema: Schema;
  /** Whole YAML items (`http: { ... }` for a component, with its common keys), each validated by a test and shown in the reference. */
  readonly examples: readonly { readonly title: string; readonly yaml: string }[];
}

/** What a component gets beside its configuration. Everything in it may be kept; nothing of it may be used before open. */
export interface ComponentContext {
  /** Name of the pipeline; of the connection for a connection. */
  readonly pipeline: string;
  /** Name of the item: a sink's or step's `name`, by default its component key. */
  readonly name: string;
  /** The folder of signalbox.yaml; relative paths start here. */
  readonly projectDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly services: Services;
  /** The connection of that name; its kind was checked when the pipeline was validated. */
  connection(name: string): Connection;
}

export interface SourceContext extends ComponentContext {
  /** Room for messages the pipeline has not asked for yet. */
  readonly maxInFlight: number;
  /** How far back missed messages are read from history; undefined: not at all. */
  readonly backfill: BackfillOptions | undefined;
  /** The pipeline's former name, whose state its source takes over. */
  readonly renamedFrom?: string | undefined;
  /** Whether a sink of the pipeline makes devices act. */
  readonly sendsCommands: boolean;
}

export interface BackfillOptions {
  /** The longest time that is read back. */
  readonly withinMs: number;
  /** How much later than its time a message may have been stored and still be found. */
  readonly lookbackMs: number;
}

export interface SinkContext extends ComponentContext {
  /** The place of the sink in the author's file. */
  readonly at: Location;
  /** True when the author set `batch`: a sink whose wire format differs then writes a list even for one message. */
  readonly isBatched: boolean;
  readonly retry: RetryOptions;
  /** True where tries are told of: results may then say which requests are behind them. */
  readonly isTraced?: boolean;
}

export interface RetryOptions {
  /** Tries in all, the first included. */
  readonly attempts: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

export interface SourceDefinition<Schema extends z.ZodType = z.ZodType> extends Common<"source", Schema> {
  /** Whether the messages of a device keep their order unless the author says otherwise. */
  readonly defaultOrder: "perKey" | "none";
  /**
   * True where the source of a new revision opens before the old one closes, so that what they share is not given up in
   * between; without it, a route or name would be taken twice.
   */
  readonly opensBeforeClose?: boolean;
  /** What a person should know of a configuration that is good, at the time of looking (milliseconds since the epoch). */
  review?(config: z.output<Schema>, now: number): readonly SourceRemark[];
  create(config: z.output<Schema>, context: SourceContext): Source;
}

/** A warning about a field. */
export interface SourceRemark {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field: string;
}

export interface StepDefinition<Schema extends z.ZodType = z.ZodType> extends Common<"step", Schema> {
  /** True for a step whose decision depends on messages before: what it does cannot be tried without doing it. */
  readonly remembers?: boolean;
  create(config: z.output<Schema>, context: ComponentContext): Step;
}

export interface SinkDefinition<Schema extends z.ZodType = z.ZodType> extends Common<"sink", Schema> {
  readonly defaults: {
    /** Messages handed to one write when the author sets no `batch`; 1 where a write is one request. */
    readonly batchCount: number;
    /** Writes under way at once; never two for one ordering key. */
    readonly concurrency: number;
    readonly timeoutMs: number;
  };
  /** True for a sink that makes devices act: what is old must not reach it unasked. */
  readonly sendsCommands?: boolean;
  create(config: z.output<Schema>, context: SinkContext): Sink;
}

export interface ConnectionDefinition<Schema extends z.ZodType = z.ZodType> extends Common<"connection", Schema> {
  /**
   * What stands under the key of the connection that bears this kind's own name and exists without being declared;
   * undefined where the environment does not provide one. A configuration the schema refuses makes a connection that
   * is reported where a pipeline uses it.
   */
  fromEnvironment?(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, unknown>> | undefined;
  /** Asks the other side what somebody who runs an engine should know, and changes nothing there: `signalbox doctor`. */
  check?(config: z.output<Schema>, context: ConnectionCheck, signal: AbortSignal): Promise<readonly CheckResult[]>;
  create(config: z.output<Schema>, context: ComponentContext): Connection;
}

/** What a connection is to be fit for. */
export interface ConnectionCheck {
  readonly clock: Clock;
  /** Whether a pipeline's sink makes devices act over it. */
  readonly sendsCommands: boolean;
}

export type Definition = SourceDefinition | StepDefinition | SinkDefinition | ConnectionDefinition;

// The identity functions give `create` the type its schema infers, then forget it: a registry holds them side by side,
// and the schema stands in front of every call of create.
export function defineSource<S extends z.ZodType>(definition: Omit<SourceDefinition<S>, "kind">): SourceDefinition {
  return { kind: "source", ...definition } as unknown as SourceDefinition;
}
export function defineStep<S extends z.ZodType>(definition: Omit<StepDefinition<S>, "kind">): StepDefinition {
  return { kind: "step", ...definition } as unknown as StepDefinition;
}
export function defineSink<S extends z.ZodType>(definition: Omit<SinkDefinition<S>, "kind">): SinkDefinition {
  return { kind: "sink", ...definition } as unknown as SinkDefinition;
}
export function defineConnection<S extends z.ZodType>(
  definition: Omit<ConnectionDefinition<S>, "kind">,
): ConnectionDefinition {
  return { kind: "connection", ...definition } as unknown as ConnectionDefinition;
}
