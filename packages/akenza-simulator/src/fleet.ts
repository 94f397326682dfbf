import type { Building, Resident } from "./building.ts";
import type { Clock } from "./clock.ts";
import type { Behaviour, DeviceCommand } from "./devices/model.ts";
import { SimulatorError } from "./errors.ts";
import type { Sample } from "./sample.ts";
import type { Stamps } from "./timestamps.ts";

/** How time passes in the building. */
export interface Timeline {
  /** ms since the epoch. When given, time stands still between uplinks and each one moves it on by `stepMs`. */
  readonly startAtMs?: number;
  readonly stepMs: number;
  /** How much faster than the clock the day runs when time follows the clock; timestamps stay true. */
  readonly daySpeed: number;
}

interface FleetContext {
  readonly building: Building;
  readonly clock: Clock;
  readonly stamps: Stamps;
  readonly timeline: Timeline;
}

type Living = Resident & { readonly behaviour: Behaviour };

/** Makes the samples of all devices, one uplink after the other, the devices taking turns. */
export class Fleet {
  readonly #context: FleetContext;
  readonly #living: readonly Living[];
  readonly #bornAt: number;
  readonly #urgent: Living[] = [];
  readonly #pending: Sample[] = [];
  #turn = 0;
  #uplinks = 0;

  constructor(context: FleetContext) {
    this.#context = context;
    this.#bornAt = context.clock.now();
    this.#living = takingTurns(context.building.residents.filter(isLiving));
  }

  get isEmpty(): boolean {
    return this.#living.length === 0;
  }

  /** The next sample; the samples of one uplink follow one another and share its timestamp. */
  next(): Sample {
    const ready = this.#pending.shift();
    if (ready) return ready;
    this.#uplink(this.#urgent.shift() ?? this.#nextInTurn());
    return this.next();
  }

  /** Gives a device its command; one that understood it speaks next. */
  deliver(id: string, command: DeviceCommand): boolean {
    const resident = this.#living.find(({ device }) => device.id === id);
    if (!resident?.behaviour.command?.(command)) return false;
    if (!this.#urgent.includes(resident)) this.#urgent.push(resident);
    return true;
  }

  #uplink({ device, behaviour }: Living): void {
    const { timestampMs, dayMs } = this.#times();
    const timestamp = this.#context.stamps.next(device.id, timestampMs);
    for (const { topic, data } of behaviour.uplink(dayMs)) {
      this.#pending.push({ deviceId: device.id, topic, timestamp, data });
    }
    this.#uplinks += 1;
  }

  #times(): { timestampMs: number; dayMs: number } {
    const { clock, timeline } = this.#context;
    if (timeline.startAtMs !== undefined) {
      const at = timeline.startAtMs + this.#uplinks * timeline.stepMs;
      return { timestampMs: at, dayMs: at };
    }
    const now = clock.now();
    return { timestampMs: now, dayMs: this.#bornAt + (now - this.#bornAt) * timeline.daySpeed };
  }

  #nextInTurn(): Living {
    const resident = this.#living[this.#turn % this.#living.length];
    if (!resident) throw new SimulatorError("SIMULATOR_OPTION_INVALID", "the fleet has no device that makes samples");
    this.#turn += 1;
    return resident;
  }
}

function isLiving(resident: Resident): resident is Living {
  return resident.behaviour !== undefined;
}

/** Models alternate, so that a short run shows some of each. */
function takingTurns(residents: readonly Living[]): readonly Living[] {
  const seen = new Map<string, number>();
  const ranked = residents.map((resident) => {
    const rank = seen.get(resident.device.model) ?? 0;
    seen.set(resident.device.model, rank + 1);
    return { resident, rank };
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ resident }) => resident);
}
