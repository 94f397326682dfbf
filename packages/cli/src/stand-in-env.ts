import type { Settings } from "@signalbox/core";

type Env = Readonly<Record<string, string | undefined>>;

const akenzaVariables = ["AKENZA_API_KEY", "AKENZA_ACCESS_TOKEN", "AKENZA_BASE_URL"] as const;

/** True while nothing points at a real akenza: neither the environment nor a connection of the settings. */
export function needsStandIn(env: Env, { connections }: Settings): boolean {
  const isSet = akenzaVariables.some((name) => (env[name] ?? "") !== "");
  return !isSet && !connections.some(({ definition }) => definition.name === "akenza");
}

/** Where the stand-in is looked for as long as it has not been started somewhere else. */
export function standInUrl({ simulator }: Settings): string {
  return `http://127.0.0.1:${simulator.port}`;
}

/** The environment in which the default akenza connection is the stand-in at `url`, and pipelines find its receivers. */
export async function withStandIn(env: Env, url: string): Promise<Env> {
  const { DEMO_API_KEY } = await import("@signalbox/akenza-simulator");
  return { ...env, AKENZA_API_KEY: DEMO_API_KEY, AKENZA_BASE_URL: url, SIGNALBOX_SIMULATOR_URL: url };
}
