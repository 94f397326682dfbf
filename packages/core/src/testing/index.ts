export { freePort } from "./free-port.ts";
export { createManualClock, type ManualClock } from "./manual-clock.ts";
export { testControl } from "./test-control.ts";
export { isInstalled, missingServer, type ServerKind, startPostgres, startRedis, type TestServer } from "./servers.ts";
export {
  askRedis,
  type RedisClusterServers,
  type SentinelRedis,
  startRedisCluster,
  startRedisTls,
  startSentinelRedis,
} from "./redis-topologies.ts";
export { type CrashChild, startCrashChild } from "./crash-child.ts";
export { type StoreFixture, type StoreSuite, storeConformance } from "./store-conformance.ts";
export type { Skip, TestKit } from "./test-kit.ts";
export {
  createRecordingLogger,
  createTestContext,
  type LogLine,
  type RecordingLogger,
  type TestContextOptions,
} from "./context.ts";
export { type CrashingPorts, crashingPorts, type CrashPoint } from "./crashing-ports.ts";
export { collect, every, type LedgerFixture, type LedgerSuite } from "./ledger-fixture.ts";
export { scheduleEngineSuite } from "./ledgers/schedule-engine-suite.ts";
export { schedulesSuite } from "./ledgers/schedules-suite.ts";
export { schedulesInVirtualTime } from "./ledgers/schedules-virtual.ts";
export type { OpenInVirtualTime } from "./ledgers/schedule-world.ts";
export { commandsSuite } from "./ledgers/commands-suite.ts";
export { commandsInVirtualTime } from "./ledgers/commands-virtual.ts";
export { createVirtualTime, type VirtualTime } from "./virtual-time.ts";
export { type QueueFixture, type QueueSuite, queueConformance } from "./queue-conformance.ts";
export { type DeliverySuite, deliverySuite } from "./delivery/delivery-suite.ts";
export { isolationSuite } from "./delivery/isolation-suite.ts";
export { type RestartFixture, type RestartSuite, storeRestartSuite } from "./delivery/store-restart-suite.ts";
export { createTestEngine, type DeliveryFixture, startTestEngine, type TestEngine } from "./delivery/harness.ts";
export { webhookSuite } from "./webhook-suite.ts";
export {
  type ComponentOptions,
  connectionFrom,
  refusalOf,
  sinkFrom,
  sourceFrom,
  stepFrom,
  testMessage,
} from "./component.ts";
export { testCertificates } from "./certificates.ts";
export { type SinkFixture, type SinkSuite, sinkConformance } from "./sink-conformance.ts";
export { type SourceFixture, type SourceSuite, sourceConformance } from "./source-conformance.ts";
export { type StepSuite, stepConformance } from "./step-conformance.ts";
export { createJobProbe, type JobProbe, probeTopic, type Start } from "./job-probe.ts";
export { pipelineAround, type PipelineAroundOptions, type TestProject, writeProject } from "./project.ts";
export { createRandom, type Random } from "./random.ts";
export { simulate, type SimulationOptions, type SimulationResult } from "./simulation/simulate.ts";
