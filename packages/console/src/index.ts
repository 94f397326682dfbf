export type { ConsoleEngine } from "./engine.ts";
export { metricGroups, type MetricGroup } from "./metrics/all.ts";
export { others, seriesBounds } from "./metrics/bounds.ts";
export type { Metric } from "./metrics/definition.ts";
export { consoleOpenApi } from "./openapi.ts";
export { type Console, type ConsoleLimits, type ConsoleOptions, createConsole } from "./server.ts";
