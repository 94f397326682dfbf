import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../../../", import.meta.url));

/** The repository's own project as it is, but for the simulator's port, and for schedules that nobody can wait for in a test. */
export async function exampleFiles(simulatorPort: number): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(join(root, "pipelines"), { recursive: true, withFileTypes: true });
  const files = names.filter((each) => each.isFile() && !each.name.endsWith(".ts"));
  const paths = ["signalbox.yaml", ...files.map((each) => join(each.parentPath, each.name).slice(root.length))];
  const texts = await Promise.all(paths.map((path) => readFile(join(root, path), "utf8")));
  const patient = /schedule: \{ every: \w+ \}/g;
  return Object.fromEntries(
    texts.map((text, index) => [
      paths[index] ?? "",
      text.replaceAll("127.0.0.1:8090", `127.0.0.1:${simulatorPort}`).replaceAll(patient, "schedule: { every: 2s }"),
    ]),
  );
}
