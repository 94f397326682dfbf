import { SimulatorError } from "../errors.ts";
import { approach, createBattery, createStopwatch, outdoorTemperature, round, wobble } from "./curves.ts";
import type { BehaviourContext, DeviceCommand, DeviceModel } from "./model.ts";

const SET_TARGET_TEMPERATURE = 0x0e;
const COLDEST = 5;
const WARMEST = 30;
const MOTOR_RANGE = 300;

/**
 * A radiator valve that regulates a room. Command 0e, one byte of whole degrees: the target temperature. The motor
 * position counts steps towards closed: 0 is open, the motor's range is shut.
 */
export const valve: DeviceModel = {
  name: "valve",
  title: "Radiator valve",
  deviceType: "mclimate/vicki",
  connectivity: "LORA",
  tag: "Heating",
  isIndoor: true,
  encode(payload) {
    const target = payload["setTargetTemperature"];
    if (typeof target !== "number" || !Number.isInteger(target) || target < COLDEST || target > WARMEST) {
      throw new SimulatorError(
        "SIMULATOR_SAMPLE_INVALID",
        `setTargetTemperature must be whole degrees from ${COLDEST} to ${WARMEST}`,
      );
    }
    return { payloadHex: `0e${target.toString(16).padStart(2, "0")}`, port: 1, confirmed: true };
  },
  create: createValve,
};

function createValve({ random }: BehaviourContext) {
  const battery = createBattery(random, { full: 3.6, empty: 2.9 });
  const elapsed = createStopwatch();
  let targetTemperature = 20;
  let temperature = 19.5 + wobble(random, 1);
  return {
    uplink(at: number) {
      const outdoor = outdoorTemperature(at);
      // Proportional, as the real one is nearly: two degrees short is fully open.
      const opening = Math.min(1, Math.max(0, (targetTemperature - temperature) / 2 + 0.3));
      const goal = outdoor + 8 + opening * 26;
      temperature = approach(temperature, goal, { elapsedMs: elapsed(at), inertiaMs: 3 * 3_600_000 });
      const data = {
        targetTemperature,
        sensorTemperature: round(temperature + wobble(random, 0.1), 2),
        relativeHumidity: round(41 + wobble(random, 3), 2),
        motorRange: MOTOR_RANGE,
        motorPosition: round(MOTOR_RANGE * (1 - opening)),
        openWindow: false,
        childLock: false,
      };
      const { batteryVoltage } = battery();
      const health = { batteryVoltage, highMotorConsumption: false, lowMotorConsumption: false, brokenSensor: false };
      return [
        { topic: "default", data },
        { topic: "lifecycle", data: health },
      ];
    },
    command(command: DeviceCommand) {
      if (command.kind !== "lora") return false;
      const [code, target] = Buffer.from(command.payloadHex, "hex");
      if (code !== SET_TARGET_TEMPERATURE || target === undefined) return false;
      targetTemperature = Math.min(WARMEST, Math.max(COLDEST, target));
      return true;
    },
  };
}
