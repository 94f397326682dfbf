import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import type { Location } from "../location.ts";
import type { Registry } from "../registry.ts";
import { createTextReader, findPipelineFiles, foldersUnder, type PathToRead, readProjectFile } from "./files.ts";
import { createFindings, type Findings } from "./findings.ts";
import type { Variables } from "./interpolate.ts";
import type { Project } from "./model.ts";
import { assembleProject, type ProjectFile } from "./project.ts";
import { readSettings } from "./settings.ts";
import { settingsFile } from "./settings-keys.ts";
import { locationOf } from "./yaml/node.ts";

export interface LoadProjectOptions {
  /** The folder of signalbox.yaml, which may be missing: everything has a default. */
  readonly projectDir: string;
  /** Files and folders to read instead of those the settings name; relative ones start at the project folder. */
  readonly paths?: readonly string[];
  readonly registry: Registry;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a project from its folder. Never rejects for what its files hold, or for files that cannot be read: that is in
 * `findings`, and stops the pipelines of the files concerned only.
 */
export async function loadProject(options: LoadProjectOptions): Promise<Project> {
  const projectDir = resolve(options.projectDir);
  const findings = createFindings();
  const variables: Variables = { env: options.env, readText: createTextReader(projectDir) };
  const settingsText = await readSettingsText(projectDir, findings);
  const isSettingsTextRead = findings.errorCount() === 0;
  const paths = options.paths ?? [];
  const wanted = wantedPaths(paths, settingsText, { projectDir, variables });
  const files: ProjectFile[] = [];
  for (const path of await findPipelineFiles(wanted, { projectDir, findings })) {
    const file = await readProjectFile(path, { projectDir, findings });
    if (file !== undefined) files.push(file);
  }
  const { registry } = options;
  return assembleProject({
    findings,
    registry,
    projectDir,
    variables,
    settingsText,
    isSettingsTextRead,
    files,
    isWhole: paths.length === 0,
  });
}

/** What a reading of a project looks at, as absolute paths. */
export interface ProjectSources {
  /** signalbox.yaml and the files of pipelines, and what else is named, whether it is there or not. */
  readonly files: readonly string[];
  /** Folders in which a new file would be one of pipelines. */
  readonly folders: readonly string[];
}

/** Where `loadProject` would read now, without reading the pipelines. Files that they name are not among it. */
export async function projectSources(options: Omit<LoadProjectOptions, "registry">): Promise<ProjectSources> {
  const projectDir = resolve(options.projectDir);
  const findings = createFindings();
  const variables: Variables = { env: options.env, readText: createTextReader(projectDir) };
  const settingsText = await readSettingsText(projectDir, findings);
  const wanted = wantedPaths(options.paths ?? [], settingsText, { projectDir, variables });
  const found = await findPipelineFiles(wanted, { projectDir, findings });
  const folders = await Promise.all(wanted.map(({ path }) => foldersUnder(path)));
  const named = wanted.map(({ path }) => path).filter((path) => !folders.flat().includes(path));
  return { files: [...new Set([resolve(projectDir, settingsFile), ...found, ...named])], folders: folders.flat() };
}

function wantedPaths(
  paths: readonly string[],
  settingsText: string | undefined,
  { projectDir, variables }: { projectDir: string; variables: Variables },
): readonly PathToRead[] {
  if (paths.length === 0) return pathsOfSettings(settingsText, { projectDir, variables });
  return paths.map((path) => ({ path: isAbsolute(path) ? path : resolve(projectDir, path) }));
}

async function readSettingsText(projectDir: string, findings: Findings): Promise<string | undefined> {
  const path = resolve(projectDir, settingsFile);
  if (!existsSync(path)) return undefined;
  const file = await readProjectFile(path, { projectDir, findings });
  return file?.text;
}

/** The settings' `pipelines`, each with the place that names it. Their findings are reported when the project is assembled. */
function pathsOfSettings(
  text: string | undefined,
  { projectDir, variables }: { projectDir: string; variables: Variables },
): readonly PathToRead[] {
  const { settings, pipelines } = readSettings(text, { findings: createFindings(), variables, projectDir });
  const written = pipelines?.value.kind === "list" ? pipelines.value.items : undefined;
  return settings.pipelines.map((path, index) => {
    const node = written?.[index];
    const at: Location | undefined = node === undefined ? undefined : locationOf(node);
    return at === undefined ? { path, isOptional: pipelines === undefined } : { path, at };
  });
}
