// From the texts of a project's files to its Project: settings, pipelines, and everything that is wrong.
// Not here: finding and reading the files (load.ts).

import type { Registry } from "../registry.ts";
import { type KnownConnection, readConnections } from "./connections.ts";
import { checkAcross } from "./cross-checks.ts";
import { createFindings, type Findings } from "./findings.ts";
import { pipelineHash } from "./hash.ts";
import type { Variables } from "./interpolate.ts";
import type { Finding, Pipeline, Project } from "./model.ts";
import { type PipelineDocument, readPipeline } from "./pipeline.ts";
import { redact } from "./redact.ts";
import { readSettings } from "./settings.ts";
import { settingsFile } from "./settings-keys.ts";
import { createSourceText } from "./source-text.ts";
import { readYaml } from "./yaml/read-yaml.ts";

export interface ProjectFile {
  /** As findings name it: relative to the project folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface ParseProjectOptions {
  readonly registry: Registry;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths of settings start. Default: the working directory. */
  readonly projectDir?: string;
  /** The text of an expression or secret file; throws when there is none. Default: one of `files`. */
  readonly readText?: (path: string) => string;
}

/**
 * A project from texts alone. `signalbox.yaml` holds the settings, `*.test.yaml` is left out, other YAML files hold
 * pipelines. Never throws for bad content: what is wrong is in `findings`, and stops its file's pipelines only.
 */
export function parseProject(files: readonly ProjectFile[], options: ParseProjectOptions): Project {
  const texts = new Map(files.map((file) => [file.path, file.text]));
  return assembleProject({
    findings: createFindings(),
    registry: options.registry,
    projectDir: options.projectDir ?? process.cwd(),
    variables: { env: options.env, readText: options.readText ?? ((path) => textOf(texts, path)) },
    settingsText: texts.get(settingsFile),
    isSettingsTextRead: true,
    files: files.filter((file) => isPipelineFile(file.path)),
    isWhole: true,
  });
}

function textOf(texts: ReadonlyMap<string, string>, path: string): string {
  const text = texts.get(path.replace(/^\.\//, ""));
  if (text === undefined) throw new Error("it does not exist");
  return text;
}

export function isPipelineFile(path: string): boolean {
  return /\.ya?ml$/.test(path) && !/\.test\.ya?ml$/.test(path) && path !== settingsFile;
}

export interface ProjectParts {
  readonly findings: Findings;
  readonly registry: Registry;
  readonly projectDir: string;
  readonly variables: Variables;
  readonly settingsText: string | undefined;
  /** False when there is a signalbox.yaml and it could not be read. */
  readonly isSettingsTextRead: boolean;
  readonly files: readonly ProjectFile[];
  readonly isWhole: boolean;
}

interface FileDocument extends PipelineDocument {
  readonly file: string;
}

export function assembleProject(parts: ProjectParts): Project {
  const { findings } = parts;
  const { variables, filesRead } = watched(parts.variables);
  const reading = { ...parts, variables };
  const errorsBefore = findings.errorCount();
  const { settings, connections: entry, secrets: ownSecrets, at } = readSettings(parts.settingsText, reading);
  const areSettingsGood = parts.isSettingsTextRead && findings.errorCount() === errorsBefore;
  const settingsAt = createSourceText(settingsFile, "").locate(0);
  const connections = readConnections(entry, { ...reading, settingsAt });
  const documents: FileDocument[] = [];
  let documentCount = 0;
  for (const { path: file, text } of parts.files) {
    for (const node of readYaml(createSourceText(file, text), findings)) {
      documentCount += 1;
      const document = node === undefined ? undefined : readPipeline(node, reading);
      if (document !== undefined) documents.push({ ...document, file });
    }
  }
  checkAcross({ documents, connections, findings, isWhole: parts.isWhole });
  const secrets = gatherSecrets([
    ownSecrets,
    ...[...connections.values(), ...documents].map((each) => each.scope.secrets),
  ]);
  const found = redactFindings(findings.list(), secrets);
  const pipelines = goodPipelines(documents, connections, found);
  const goodNames = new Set(pipelines.map(({ name }) => name));
  return {
    settings: { ...settings, connections: [...connections.values()].flatMap(({ item }) => item ?? []) },
    areSettingsGood,
    settingsAt: at,
    pipelines,
    findings: found,
    documentCount,
    brokenNames: new Set(documents.flatMap(({ name }) => (name === undefined || goodNames.has(name) ? [] : name))),
    textFiles: filesRead(),
    secrets,
  };
}

/** The variables, and which files were asked for. */
function watched(given: Variables): { variables: Variables; filesRead: () => readonly string[] } {
  const files = new Set<string>();
  const readText = (path: string): string => {
    files.add(path);
    return given.readText(path);
  };
  return { variables: { env: given.env, readText }, filesRead: () => [...files] };
}

function gatherSecrets(sets: readonly ReadonlySet<string>[]): readonly string[] {
  const all = new Set(sets.flatMap((set) => [...set]));
  all.delete("");
  return [...all];
}

function redactFindings(findings: readonly Finding[], secrets: readonly string[]): readonly Finding[] {
  const hide = redact(secrets);
  return findings.map((finding) => ({
    ...finding,
    message: hide(finding.message),
    ...(finding.suggestion === undefined ? {} : { suggestion: hide(finding.suggestion) }),
  }));
}

/** An error stops the pipelines of the files it points at: where it is, and where its other end is. */
function goodPipelines(
  documents: readonly FileDocument[],
  connections: ReadonlyMap<string, KnownConnection>,
  findings: readonly Finding[],
): readonly Pipeline[] {
  const errors = findings.filter((finding) => finding.severity === "error");
  const stopped = new Set(errors.flatMap(({ at, related = [] }) => [at.file, ...related.map((each) => each.file)]));
  return documents.flatMap((document) => {
    const { pipeline } = document;
    if (pipeline === undefined || stopped.has(document.file)) return [];
    return { ...pipeline, hash: hashOf(document, connections), sourceHash: sourceHashOf(document, pipeline) };
  });
}

/** Its connections are left out: whether one of them was replaced, the runtime knows. */
function sourceHashOf(
  { scope, sourceInput }: PipelineDocument,
  { order, maxInFlight, backfill }: NonNullable<PipelineDocument["pipeline"]>,
): string {
  return pipelineHash({ sourceInput, order, maxInFlight, backfill }, scope);
}

/** A pipeline behaves otherwise when a connection it uses does. */
function hashOf({ scope, input }: PipelineDocument, connections: ReadonlyMap<string, KnownConnection>): string {
  const used = [...new Set(scope.connections.map(({ name }) => name))].sort();
  const items = used.map((name) => connections.get(name)).filter((each) => each !== undefined);
  const secrets = gatherSecrets([scope.secrets, ...items.map((each) => each.scope.secrets)]);
  const connectionInputs = items.map((each) => ({ name: each.name, input: each.input }));
  return pipelineHash(
    { input, connections: connectionInputs },
    { canonical: scope.canonical, secrets: new Set(secrets) },
  );
}
