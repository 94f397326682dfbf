import { akenzaConnection, akenzaDownlinkSink, akenzaMessageSink, akenzaSource } from "@signalbox/akenza";
import { postgresConnection, sqlSink } from "@signalbox/connector-postgres";
import {
  createRegistry,
  deadbandStep,
  type Definition,
  dropSink,
  fileSink,
  filterStep,
  generateSource,
  httpSink,
  logSink,
  pipelineSink,
  pipelineSource,
  type Registry,
  scheduleSource,
  splitStep,
  throttleStep,
  transformStep,
  webhookSource,
  websocketSink,
} from "@signalbox/core";

/** Every component the product ships. A new one is a file, its test, and a line here. */
export const components: readonly Definition[] = [
  akenzaSource,
  scheduleSource,
  webhookSource,
  generateSource,
  pipelineSource,
  filterStep,
  transformStep,
  splitStep,
  deadbandStep,
  throttleStep,
  httpSink,
  websocketSink,
  fileSink,
  sqlSink,
  logSink,
  dropSink,
  pipelineSink,
  akenzaDownlinkSink,
  akenzaMessageSink,
  akenzaConnection,
  postgresConnection,
];

export function createProductRegistry(): Registry {
  return createRegistry(components);
}
