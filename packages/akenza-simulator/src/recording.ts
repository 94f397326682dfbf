import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Building } from "./building.ts";
import type { Connectivity } from "./devices/model.ts";
import { SimulatorError } from "./errors.ts";
import { idOf } from "./ids.ts";
import { isRecord, readSampleInput } from "./sample.ts";
import type { SampleInput } from "./sample.ts";

/** One line of a recording: of a device, or of a device type, which then gets a device of its own. */
export type RecordedSample =
  | SampleInput
  | {
      readonly deviceType: string;
      readonly connectivity?: Connectivity;
      readonly topic?: string;
      readonly timestamp?: string;
      readonly data: Readonly<Record<string, unknown>>;
    };

/** Path of an NDJSON file, or the samples themselves. */
export type Recording = string | Iterable<RecordedSample> | AsyncIterable<RecordedSample>;

const CONNECTIVITIES: readonly string[] = ["LORA", "MQTT", "HTTP", "COAP", "MIOTY", "NB-IOT", "SIGFOX"];

/**
 * Reads a recording sample by sample and adds the devices it needs. A line that is no sample is an error that names
 * its place: SIMULATOR_RECORDING_INVALID or SIMULATOR_SAMPLE_INVALID.
 */
export async function* readRecording(recording: Recording, building: Building): AsyncGenerator<SampleInput> {
  let number = 0;
  if (typeof recording !== "string") {
    for await (const sample of recording) yield settle(sample, `sample ${++number}`, building);
    return;
  }
  for await (const line of linesOf(recording)) {
    number += 1;
    if (line.trim() === "") continue;
    yield settle(parse(line, number), `line ${number}`, building);
  }
}

function settle(value: unknown, at: string, building: Building): SampleInput {
  if (!isRecord(value)) throw new SimulatorError("SIMULATOR_RECORDING_INVALID", `${at}: a sample is a JSON object`);
  const deviceId = value["deviceId"] ?? deviceOfType(value, at, building);
  const sample = readSampleInput({ ...value, deviceId }, at);
  if (!building.device(sample.deviceId)) {
    building.add({ id: sample.deviceId, name: `Recorded ${sample.deviceId}`, tags: ["Recorded"] });
  }
  return sample;
}

/** All samples of one type come from one device, which is made when the type is first met. */
function deviceOfType(value: Record<string, unknown>, at: string, building: Building): string {
  const { deviceType, connectivity = "LORA" } = value;
  const fail = (what: string): never => {
    throw new SimulatorError("SIMULATOR_RECORDING_INVALID", `${at}: ${what}`);
  };
  if (typeof deviceType !== "string") return fail("a sample needs a deviceId or a deviceType");
  const known = String(connectivity).toUpperCase();
  if (!CONNECTIVITIES.includes(known)) return fail(`connectivity must be one of ${CONNECTIVITIES.join(", ")}`);
  const id = idOf("device", building.seed, "recorded type", deviceType);
  if (!building.device(id)) {
    building.add({ id, name: deviceType, deviceType, connectivity: known as Connectivity, tags: ["Recorded"] });
  }
  return id;
}

function parse(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new SimulatorError("SIMULATOR_RECORDING_INVALID", `line ${number}: not JSON`);
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, "utf8");
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (cause) {
    throw new SimulatorError("SIMULATOR_RECORDING_INVALID", `cannot read the recording ${file}`, { cause });
  } finally {
    input.destroy();
  }
}
