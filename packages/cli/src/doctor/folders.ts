import { randomUUID } from "node:crypto";
import { rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { type CheckResult, messageOf, type Project } from "@signalbox/core";
import type { Surroundings } from "./check.ts";

/** A folder that the engine writes to. It may not be there yet: then its nearest ancestor counts. */
interface Folder {
  readonly path: string;
  /** As a person would name it. */
  readonly name: string;
  readonly existing: string;
}

export async function lookAtFolders({ project }: Pick<Surroundings, "project">): Promise<readonly CheckResult[]> {
  const folders = await Promise.all(pathsOf(project).map((path) => folderAt(path, project.settings.projectDir)));
  const writable = await Promise.all(folders.map(writableCheck));
  const { store } = project.settings;
  const kept = store.kind === "embedded" ? folders.find(({ path }) => path === store.path) : undefined;
  return [
    ...writable,
    ...(kept === undefined ? [] : [await fileSystemCheck(kept)]),
    ...(await Promise.all((await byDisk(folders)).map(spaceCheck))),
  ];
}

/** Of the control socket, of the embedded store, and those that `file` sinks write to. */
function pathsOf({ settings, pipelines }: Project): readonly string[] {
  const { projectDir, store, control } = settings;
  const sinks = pipelines.flatMap((pipeline) => pipeline.sinks).filter(({ definition }) => definition.name === "file");
  const written = sinks.map(({ config }) => {
    const { path } = config as { readonly path: { readonly literalStart: string } };
    // The name may begin before the first hole.
    return resolve(projectDir, dirname(`${path.literalStart}x`));
  });
  const own = store.kind === "embedded" ? [store.path] : [];
  return [...new Set([dirname(control.socket), ...own, ...written])];
}

async function folderAt(path: string, projectDir: string): Promise<Folder> {
  const inside = relative(projectDir, path);
  const name = inside === "" ? "." : inside.startsWith("..") ? path : inside;
  let existing = path;
  while ((await stat(existing).catch(() => undefined)) === undefined && dirname(existing) !== existing) {
    existing = dirname(existing);
  }
  return { path, name, existing };
}

/** Rights alone do not say it: a file system may be read-only, full, or beyond a quota. So a file is written, and goes. */
async function writableCheck({ path, name, existing }: Folder): Promise<CheckResult> {
  const subject = `folder ${name}`;
  const probe = join(existing, `.signalbox-doctor-${randomUUID()}`);
  try {
    await writeFile(probe, "x", { flag: "wx" });
    return { subject, status: "ok", found: existing === path ? "writable" : "not there yet; can be made" };
  } catch (error) {
    const who = process.getuid === undefined ? "the engine's user" : `user ${process.getuid()}`;
    const advice = `Make it writable for ${who}, or have the setting name another folder.`;
    return { subject, status: "error", found: `cannot be written: ${messageOf(error)}`, advice };
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

const networked: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x01021997, "9P"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x5346414f, "AFS"],
]);
const inMemory: ReadonlyMap<number, string> = new Map([
  [0x01021994, "tmpfs"],
  [0x858458f6, "ramfs"],
]);
const layered = 0x794c7630;

/** Where the embedded store should not be. Numbers are Linux's (statfs(2)); other systems have others. */
async function fileSystemCheck({ name, existing }: Folder): Promise<CheckResult> {
  const subject = `file system of ${name}`;
  if (process.platform !== "linux") return { subject, status: "skipped", found: "told on Linux only" };
  return fileSystemResult(subject, (await statfs(existing)).type);
}

export function fileSystemResult(subject: string, type: number): CheckResult {
  const advice = "Have the embedded store on a local disk, or set REDIS_URL or DATABASE_URL.";
  const network = networked.get(type);
  if (network !== undefined) {
    const found = `${network}, over the network: files may change behind the database's back`;
    return { subject, status: "warning", found, advice };
  }
  const memory = inMemory.get(type);
  if (memory !== undefined) {
    return { subject, status: "warning", found: `${memory}: gone when the machine restarts`, advice };
  }
  if (type === layered) {
    const found = "a layer of a container: gone with the container";
    return { subject, status: "warning", found, advice: "Mount a volume there." };
  }
  return { subject, status: "ok", found: "on a disk" };
}

interface Disk {
  readonly names: readonly string[];
  readonly existing: string;
}

async function byDisk(folders: readonly Folder[]): Promise<readonly Disk[]> {
  const disks = new Map<number, Disk>();
  for (const { name, existing } of folders) {
    const { dev } = await stat(existing);
    const known = disks.get(dev);
    disks.set(dev, { existing, names: [...(known?.names ?? []), name] });
  }
  return [...disks.values()];
}

async function spaceCheck({ names, existing }: Disk): Promise<CheckResult> {
  const { bavail, blocks, bsize, ffree, files } = await statfs(existing);
  const inodes = files === 0 ? undefined : { free: ffree, all: files };
  return spaceResult(`disk of ${names.join(", ")}`, { freeBytes: bavail * bsize, bytes: blocks * bsize, inodes });
}

export interface Space {
  readonly freeBytes: number;
  readonly bytes: number;
  /** Undefined where the file system does not count them. */
  readonly inodes: { readonly free: number; readonly all: number } | undefined;
}

const scarceBytes = 1024 ** 3;
const tooFewBytes = 64 * 1024 ** 2;
const scarceInodes = 10_000;
const tooFewInodes = 100;

export function spaceResult(subject: string, { freeBytes, bytes, inodes }: Space): CheckResult {
  const giga = (count: number): string => `${(count / 1024 ** 3).toFixed(1)} GiB`;
  const counted = inodes === undefined ? "" : `, ${inodes.free} of ${inodes.all} inodes free`;
  const found = `${giga(freeBytes)} of ${giga(bytes)} free${counted}`;
  const nodes = inodes?.free ?? Infinity;
  const advice = "Make room: an engine that cannot write holds its pipelines back.";
  if (freeBytes < tooFewBytes || nodes < tooFewInodes) return { subject, status: "error", found, advice };
  const isScarce = freeBytes < scarceBytes || nodes < scarceInodes;
  return isScarce ? { subject, status: "warning", found, advice } : { subject, status: "ok", found };
}
