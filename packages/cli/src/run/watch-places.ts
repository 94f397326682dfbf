import { realpath, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { ProjectSources } from "@signalbox/core";

/** A folder to watch, and the names in it that matter: all of them, or some. */
export type Places = ReadonlyMap<string, "all" | ReadonlySet<string>>;

/** A volume of Kubernetes is swapped as a whole, by this link beside its files. */
const volumeLink = "..data";

/**
 * Where changes of the sources are seen: folders, for a file that is replaced by another is no longer the one that was
 * watched. A link counts in both its places; what is missing counts in the nearest folder that is there.
 */
export async function placesOf({ files, folders }: ProjectSources): Promise<Places> {
  const places = new Map<string, "all" | Set<string>>();
  const add = (folder: string, name: string): void => {
    const names = places.get(folder) ?? new Set<string>([volumeLink]);
    places.set(folder, names);
    if (names !== "all") names.add(name);
  };
  for (const folder of folders) places.set(folder, "all");
  for (const path of [...files, ...folders]) {
    for (const each of new Set([path, await realpath(path).catch(() => path)])) {
      const { folder, name } = await nearest(each);
      add(folder, name);
    }
  }
  return places;
}

async function nearest(path: string): Promise<{ folder: string; name: string }> {
  const [folder, name] = [dirname(path), basename(path)];
  if (folder === path || (await isFolder(folder))) return { folder, name };
  return nearest(folder);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
