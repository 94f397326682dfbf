// The inventory: the organization, its workspaces, tags and devices, made from the seed. Ids depend on the seed, the
// model and the number alone, so that another fleet keeps the ids it shares. No time passes here: see fleet.ts.
import { DEVICE_MODELS } from "./devices/catalogue.ts";
import type { FleetSpec } from "./devices/catalogue.ts";
import type { Behaviour, Connectivity, DeviceModel } from "./devices/model.ts";
import { SimulatorError } from "./errors.ts";
import { idOf } from "./ids.ts";
import { createRandom, hash, hexOf } from "./random.ts";

export interface Place {
  readonly id: string;
  readonly name: string;
}

export interface Tag extends Place {
  readonly workspaceId: string;
}

/** A device as the lists show it. */
export interface SimulatedDevice {
  /** akenza id: what subscriptions, queries and downlinks name. */
  readonly id: string;
  /** Physical id (DevEUI for LoRaWAN). */
  readonly deviceId: string;
  readonly name: string;
  /** Name of its model; "recorded" for one that was added. */
  readonly model: string;
  /** Path of its type in the device type library. */
  readonly deviceType: string;
  readonly connectivity: Connectivity;
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly tags: readonly Tag[];
}

/** A device of a test's or a recording's own. */
export interface DeviceSpec {
  /** Default: made from the seed and the name. */
  readonly id?: string;
  readonly name: string;
  /** Default: "generic/recorded". */
  readonly deviceType?: string;
  /** Default: LORA. */
  readonly connectivity?: Connectivity;
  /** Tags by name, or with an id of your own; those that do not exist are made. Default: none. */
  readonly tags?: readonly (string | { readonly id: string; readonly name: string })[];
  /** Default: the first workspace. */
  readonly workspaceId?: string;
}

/** A device with what makes it live; `behaviour` is absent for one that only plays recordings. */
export interface Resident {
  readonly device: SimulatedDevice;
  readonly behaviour?: Behaviour;
  readonly model?: DeviceModel;
}

export class Building {
  readonly seed: number;
  readonly organization: Place;
  readonly workspaces: readonly [Place, Place];
  readonly #tags = new Map<string, Tag>();
  readonly #residents = new Map<string, Resident>();

  constructor(seed: number, fleet: FleetSpec) {
    this.seed = seed;
    this.organization = { id: idOf("organization", seed), name: "Simulated organization" };
    this.workspaces = [
      { id: idOf("workspace", seed, "building"), name: "Building" },
      { id: idOf("workspace", seed, "site"), name: "Site" },
    ];
    for (const model of DEVICE_MODELS) {
      const count = fleet[model.name as keyof FleetSpec] ?? 0;
      for (let index = 0; index < count; index++) this.#move(model, index);
    }
  }

  get devices(): readonly SimulatedDevice[] {
    return [...this.#residents.values()].map(({ device }) => device);
  }

  get deviceCount(): number {
    return this.#residents.size;
  }

  get residents(): readonly Resident[] {
    return [...this.#residents.values()];
  }

  get tags(): readonly Tag[] {
    return [...this.#tags.values()];
  }

  resident(id: string): Resident | undefined {
    return this.#residents.get(id);
  }

  device(id: string): SimulatedDevice | undefined {
    return this.#residents.get(id)?.device;
  }

  tag(id: string): Tag | undefined {
    return this.#tags.get(id);
  }

  /** Adds a device that sends only what it is told to. */
  add(spec: DeviceSpec): SimulatedDevice {
    const id = spec.id ?? idOf("device", this.seed, "recorded", spec.name);
    if (this.#residents.has(id)) {
      throw new SimulatorError("SIMULATOR_DEVICE_DUPLICATE", `a device with the id ${id} exists already`);
    }
    const workspace = this.workspaces.find((place) => place.id === (spec.workspaceId ?? this.workspaces[0].id));
    if (!workspace) throw new SimulatorError("SIMULATOR_OPTION_INVALID", `no workspace has the id ${spec.workspaceId}`);
    const device: SimulatedDevice = {
      id,
      deviceId: hexOf(16, this.seed, "eui", id).toUpperCase(),
      name: spec.name,
      model: "recorded",
      deviceType: spec.deviceType ?? "generic/recorded",
      connectivity: spec.connectivity ?? "LORA",
      organizationId: this.organization.id,
      workspaceId: workspace.id,
      tags: (spec.tags ?? []).map((tag) => this.#tag(tag, workspace.id)),
    };
    this.#residents.set(id, { device });
    return device;
  }

  #move(model: DeviceModel, index: number): void {
    const { seed } = this;
    const workspace = model.isIndoor ? this.workspaces[0] : this.workspaces[1];
    const tags = [model.tag, ...(model.isIndoor ? [index % 2 === 0 ? "Ground floor" : "First floor"] : [])];
    const id = idOf("device", seed, model.name, index);
    const device: SimulatedDevice = {
      id,
      deviceId: model.connectivity === "LORA" ? hexOf(16, seed, "eui", id).toUpperCase() : `${model.name}-${index + 1}`,
      name: `${model.title} ${index + 1}`,
      model: model.name,
      deviceType: model.deviceType,
      connectivity: model.connectivity,
      organizationId: this.organization.id,
      workspaceId: workspace.id,
      tags: tags.map((name) => this.#tag(name, workspace.id)),
    };
    const random = createRandom(hash(seed, model.name, index));
    this.#residents.set(id, { device, model, behaviour: model.create({ seed, index, random }) });
  }

  #tag(wanted: string | { readonly id: string; readonly name: string }, workspaceId: string): Tag {
    const name = typeof wanted === "string" ? wanted : wanted.name;
    const id = typeof wanted === "string" ? idOf("tag", this.seed, workspaceId, name) : wanted.id;
    const tag = this.#tags.get(id) ?? { id, name, workspaceId };
    this.#tags.set(id, tag);
    return tag;
  }
}
