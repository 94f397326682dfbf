export { akenzaConnection } from "./connection-definition.ts";
export { akenzaSource } from "./source.ts";
export { akenzaDownlinkSink } from "./sinks/downlink.ts";
export { akenzaMessageSink } from "./sinks/message.ts";
