import { unreadyCodes } from "@signalbox/core";
import { counter, gauge, histogram, type Metric } from "./definition.ts";

const none = {};
const is = (fact: boolean): number => (fact ? 1 : 0);

/** The engine as a whole: what it is, its connections, its store, its dead letters, its process. */
export const engineMetrics: readonly Metric[] = [
  gauge({
    name: "signalbox_info",
    help: "Always 1; the labels say what runs.",
    labels: ["version", "node", "store"],
    read: ({ status }) => [
      { labels: { version: status.version, node: process.version, store: status.store.kind }, value: 1 },
    ],
  }),
  gauge({
    name: "signalbox_start_time_seconds",
    help: "When the engine started, in seconds since the Unix epoch.",
    labels: [],
    read: ({ status }) => [{ labels: none, value: Date.parse(status.startedAt) / 1000 }],
  }),
  gauge({
    name: "signalbox_running",
    help: "1 once the engine has started and until it stops.",
    labels: [],
    read: ({ status }) => [{ labels: none, value: is(status.state === "running") }],
  }),
  gauge({
    name: "signalbox_ready",
    help: "1 while `/readyz` says so: the engine does what it is for.",
    labels: [],
    read: ({ readiness }) => [{ labels: none, value: is(readiness.isReady) }],
  }),
  gauge({
    name: "signalbox_unready_reasons",
    help: "How many reasons of a kind keep the engine from being ready.",
    labels: ["reason"],
    read: ({ readiness: { reasons } }) =>
      unreadyCodes.map((reason) => ({
        labels: { reason },
        value: reasons.filter(({ code }) => code === reason).length,
      })),
  }),
  gauge({
    name: "signalbox_connection_open",
    help: "1 while the connection is open, and what should come over it comes.",
    labels: ["connection", "component"],
    read: ({ status }) =>
      status.connections.map(({ name, component, state, trouble }) => ({
        labels: { connection: name, component },
        value: is(state === "open" && trouble?.kind !== "down"),
      })),
  }),
  counter({
    name: "signalbox_connection_events_total",
    help: "How often what happened on a connection; of akenza: samples, connects, reconnects, refused, gaps and more.",
    labels: ["connection", "event"],
    read: ({ status }) =>
      status.connections.flatMap(({ name, counts = {} }) =>
        Object.entries(counts).map(([event, value]) => ({ labels: { connection: name, event }, value })),
      ),
  }),
  gauge({
    name: "signalbox_dead_letters",
    help: "Dead letters in the store, waiting for somebody.",
    labels: [],
    read: ({ status: { deadLetters } }) =>
      deadLetters.count === undefined ? [] : [{ labels: none, value: deadLetters.count }],
  }),
  gauge({
    name: "signalbox_dead_letters_alarm",
    help: "1 while there are more dead letters than `deadLetters.alarm` allows.",
    labels: [],
    read: ({ status: { deadLetters } }) => [{ labels: none, value: is(deadLetters.alarm !== undefined) }],
  }),
  histogram({
    name: "signalbox_store_call_seconds",
    help: "How long calls of the store took, failed ones included.",
    labels: ["operation"],
    read: ({ timings }) => timings.store.map(({ operation, calls }) => ({ labels: { operation }, value: calls })),
  }),
  counter({
    name: "signalbox_store_call_failures_total",
    help: "Calls of the store that failed.",
    labels: ["operation"],
    read: ({ timings }) => timings.store.map(({ operation, failed }) => ({ labels: { operation }, value: failed })),
  }),
  counter({
    name: "signalbox_trace_spans_total",
    help: "Spans of traces: exported, dropped because there was no room, failed because the receiver did not take them. None where nothing is traced.",
    labels: ["outcome"],
    read: ({ timings: { spans } }) =>
      spans === undefined ? [] : Object.entries(spans).map(([outcome, value]) => ({ labels: { outcome }, value })),
  }),
  histogram({
    name: "signalbox_event_loop_delay_seconds",
    help: "How late a timer of 100 ms came: everything in the engine waits as long.",
    labels: [],
    read: ({ loopDelay }) => [{ labels: none, value: loopDelay }],
  }),
  gauge({
    name: "signalbox_memory_bytes",
    help: "Memory of the process: all of it (`rss`), and of JavaScript objects (`heap_used`) and buffers (`external`) in it.",
    labels: ["kind"],
    read() {
      const { rss, heapUsed, external } = process.memoryUsage();
      return Object.entries({ rss, heap_used: heapUsed, external }).map(([kind, value]) => ({
        labels: { kind },
        value,
      }));
    },
  }),
  counter({
    name: "signalbox_cpu_seconds_total",
    help: "Time the process has used processors.",
    labels: [],
    read() {
      const { user, system } = process.cpuUsage();
      return [{ labels: none, value: (user + system) / 1e6 }];
    },
  }),
];
