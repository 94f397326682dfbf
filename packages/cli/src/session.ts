import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  loadProject,
  parseProject,
  type Project,
  projectSources,
  type ProjectSources,
  type Registry,
  type Settings,
  SignalboxError,
} from "@signalbox/core";
import { needsStandIn, standInUrl, withStandIn } from "./stand-in-env.ts";
import type { Redaction } from "./run/redaction.ts";
import type { Io } from "./terminal/io.ts";

/** One call of the command line. */
export interface Session {
  readonly io: Io;
  readonly registry: Registry;
  /** Knows the secrets of each project that was opened: texts that may quote one pass it before anybody reads them. */
  readonly redaction: Redaction;
  /** Called by each verb's action with the exit code of the process. */
  readonly finish: (exitCode: number) => void;
}

/** Options every verb takes. */
export interface GlobalOptions {
  readonly project?: string;
}

/** The project folder a call is about, absolute. Fails with CLI_PROJECT_MISSING when there is no such folder. */
export async function projectDirOf({ io }: Session, { project = "." }: GlobalOptions): Promise<string> {
  const projectDir = resolve(io.cwd, project);
  const found = await stat(projectDir).catch(() => undefined);
  if (found?.isDirectory() === true) return projectDir;
  throw new SignalboxError("CLI_PROJECT_MISSING", `there is no folder ${projectDir}`);
}

export interface OpenedProject {
  readonly project: Project;
  /** Where it is read from now; files that pipelines name are not among it. */
  readonly sources: () => Promise<ProjectSources>;
  /** Reads the project again, in the environment the process has. */
  readonly load: () => Promise<Project>;
  /** True when no akenza is set and the simulator takes its place: the project was read as if it ran already. */
  readonly hasStandIn: boolean;
  /** Reads the project again, with the simulator at another address. */
  readonly withStandInAt: (url: string) => Promise<Project>;
}

/** Reads the project; `paths` (relative to where the call was made) limit it to some pipelines, empty means all. */
export async function openProject(
  session: Session,
  options: GlobalOptions,
  paths: readonly string[] = [],
): Promise<OpenedProject> {
  const { io, registry, redaction } = session;
  const projectDir = await projectDirOf(session, options);
  const chosen = paths.length === 0 ? {} : { paths: paths.map((path) => resolve(io.cwd, path)) };
  const read = async (env: Io["env"]): Promise<Project> => {
    const found = await loadProject({ projectDir, registry, env, ...chosen });
    redaction.learn(found.secrets);
    return found;
  };
  const load = (): Promise<Project> => read(io.env);
  const withStandInAt = async (url: string): Promise<Project> => read(await withStandIn(io.env, url));
  const sources = (): Promise<ProjectSources> => projectSources({ projectDir, env: io.env, ...chosen });
  const project = await load();
  if (!needsStandIn(io.env, project.settings)) return { project, sources, load, hasStandIn: false, withStandInAt };
  const standIn = await withStandInAt(standInUrl(project.settings));
  return { project: standIn, sources, load, hasStandIn: true, withStandInAt };
}

/** The settings alone: a verb that only talks to the engine does not read thousands of pipelines, or mind broken ones. */
export async function openSettings({ io, registry, redaction }: Session, projectDir: string): Promise<Settings> {
  const text = await readFile(join(projectDir, "signalbox.yaml"), "utf8").catch(() => "");
  const files = [{ path: "signalbox.yaml", text }];
  const { settings, secrets } = parseProject(files, { registry, env: io.env, projectDir });
  redaction.learn(secrets);
  return settings;
}
