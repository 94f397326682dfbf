import type { CheckResult, ConnectionItem, Project } from "@signalbox/core";
import type { Surroundings } from "./check.ts";

/** What each connection's own kind can tell of it; those that cannot are tried by `validate --connect`. */
export async function lookAtConnections(
  { project, hasStandIn, clock }: Surroundings,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const results = project.settings.connections.map(async (item): Promise<readonly CheckResult[]> => {
    const { name, definition, config } = item;
    if (hasStandIn && definition.name === "akenza") return [standIn];
    if (definition.check === undefined) return [notAsked(item)];
    const found = await definition.check(config, { clock, sendsCommands: sendsCommands(project, name) }, signal);
    return name === definition.name ? found : found.map((each) => ({ ...each, subject: `${name}: ${each.subject}` }));
  });
  return (await Promise.all(results)).flat();
}

const standIn: CheckResult = {
  subject: "key for akenza",
  status: "skipped",
  found: "none is set: a simulated akenza stands in",
  advice: "Set AKENZA_API_KEY to reach your organization.",
};

function notAsked({ name, definition }: ConnectionItem): CheckResult {
  return {
    subject: `connection "${name}"`,
    status: "skipped",
    found: `${definition.name} is not asked here`,
    advice: "`signalbox validate --connect` opens it.",
  };
}

function sendsCommands({ pipelines }: Project, connection: string): boolean {
  return pipelines
    .flatMap(({ sinks }) => sinks)
    .some(({ definition, config }) => definition.sendsCommands === true && connectionOf(config) === connection);
}

function connectionOf(config: unknown): unknown {
  return typeof config === "object" && config !== null && "connection" in config ? config.connection : undefined;
}
