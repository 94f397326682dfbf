// The schedules under test: each has a pipeline, a device and a kind of its own.

export interface SurvivalSchedule {
  readonly pipeline: string;
  readonly device: string;
  /** What is done with a command that may have left and has no answer. */
  readonly onUnknown: "ask" | "resend";
  /** Whether ticks that no engine was there for are run afterwards. */
  readonly isCatchingUp: boolean;
}

/** A name under the simulator's receivers: what is sent there was fired. */
export const firedReceiver = "fired";

export function schedulesOf(count: number): readonly SurvivalSchedule[] {
  return Array.from({ length: count }, (_, index) => ({
    pipeline: `every-second-${String(index + 1).padStart(3, "0")}`,
    device: `02d1ce${index.toString(16).padStart(10, "0")}`,
    onUnknown: index % 2 === 0 ? "ask" : "resend",
    isCatchingUp: index % 4 >= 2,
  }));
}

export interface ProjectOptions {
  readonly schedules: readonly SurvivalSchedule[];
  /** Where the simulator listens. */
  readonly url: string;
  readonly limit: number;
}

/** The project's files by path. */
export function projectFiles({ schedules, url, limit }: ProjectOptions): Readonly<Record<string, string>> {
  const settings = `version: 1
shutdownTimeout: 10s
connections:
  akenza:
    akenza:
      apiKey: "\${AKENZA_API_KEY}"
      baseUrl: "${url}"
      rateLimit: { perSecond: ${limit}, burst: ${burstOf(limit)} }
`;
  const pipelines = schedules.map((schedule) => pipelineOf(schedule, url));
  return { "signalbox.yaml": settings, "pipelines/schedules.yaml": pipelines.join("---\n") };
}

/** What akenza allows at once, in its own proportion: 25 at 10 a second. */
export function burstOf(limit: number): number {
  return Math.ceil(limit * 2.5);
}

// The body of a schedule's message names the schedule and the planned time, and MQTT takes any body. Nothing spends the
// attempts of a write or command: a dead letter or a failed command is the engine's doing.
function pipelineOf({ pipeline, device, onUnknown, isCatchingUp }: SurvivalSchedule, url: string): string {
  const catchUp = isCatchingUp ? "{ last: all, within: 5m }" : "none";
  return `name: ${pipeline}
source:
  schedule: { every: 1s, catchUp: ${catchUp} }
sinks:
  - akenzaDownlink: { devices: ["${device}"], mqtt: { topic: orders }, onUnknown: ${onUnknown} }
    retry: { attempts: 1000, backoff: 100ms, maxBackoff: 2s }
  - http: { url: "${url}/receiver/${firedReceiver}" }
    name: fired
    retry: { attempts: 1000, backoff: 100ms, maxBackoff: 2s }
`;
}
