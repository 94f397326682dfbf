import { SimulatorError } from "./errors.ts";

/** What a key may do: open the data stream, read lists and history, send downlinks. */
export type Permission = "stream" | "read" | "downlink";

export interface ApiKey {
  readonly key: string;
  /** Workspaces the key is limited to. Default: all of the organization. */
  readonly workspaceIds?: readonly string[];
  /** Default: all. */
  readonly permissions?: readonly Permission[];
}

/** The key of a simulator that was given none; it opens nothing else in the world. */
export const DEMO_API_KEY = "5160a1b0c0de5160.00000000-0000-4000-8000-000000000000";

export class Credential {
  readonly secret: string;
  readonly #workspaceIds: ReadonlySet<string> | undefined;
  readonly #permissions: ReadonlySet<Permission> | undefined;
  isExpired = false;

  constructor(spec: ApiKey) {
    this.secret = spec.key;
    this.#workspaceIds = spec.workspaceIds && new Set(spec.workspaceIds);
    this.#permissions = spec.permissions && new Set(spec.permissions);
  }

  get isWorkspaceLimited(): boolean {
    return this.#workspaceIds !== undefined;
  }

  may(permission: Permission): boolean {
    return this.#permissions === undefined || this.#permissions.has(permission);
  }

  sees(workspaceId: string): boolean {
    return this.#workspaceIds === undefined || this.#workspaceIds.has(workspaceId);
  }
}

/** The keys and tokens this simulator knows. */
export class Access {
  readonly #keys = new Map<string, Credential>();
  readonly #tokens = new Map<string, Credential>();

  constructor(keys: readonly (string | ApiKey)[], tokens: readonly string[]) {
    for (const key of keys) {
      const spec = typeof key === "string" ? { key } : key;
      this.#keys.set(spec.key, new Credential(spec));
    }
    for (const token of tokens) this.#tokens.set(token, new Credential({ key: token }));
  }

  /** Empty when there is none. */
  get firstKey(): string {
    return this.#keys.keys().next().value ?? "";
  }

  /** The credential, or undefined when it is unknown or has expired. */
  byKey(secret: string | null | undefined): Credential | undefined {
    return alive(secret ? this.#keys.get(secret) : undefined);
  }

  byToken(secret: string | null | undefined): Credential | undefined {
    return alive(secret ? this.#tokens.get(secret) : undefined);
  }

  /** From now on the key or token is refused; connections it opened stay, but subscribe in vain. */
  setExpired(secret: string, isExpired: boolean): void {
    const credential = this.#keys.get(secret) ?? this.#tokens.get(secret);
    if (!credential) throw new SimulatorError("SIMULATOR_OPTION_INVALID", "no such API key or access token");
    credential.isExpired = isExpired;
  }

  renewAll(): void {
    for (const credential of [...this.#keys.values(), ...this.#tokens.values()]) credential.isExpired = false;
  }
}

function alive(credential: Credential | undefined): Credential | undefined {
  return credential?.isExpired ? undefined : credential;
}
