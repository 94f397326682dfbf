import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { embedded } from "./testing/stores.ts";
import { inWorld, type World } from "./testing/world.ts";

const beat = (name: string, sink: string): string =>
  `name: ${name}\nsource: { generate: { every: 1s } }\nsinks:\n  - ${sink}\n`;
const good = (name: string): string => beat(name, `file: { path: data/${name}.ndjson }`);
const sql = (connection: string): string =>
  `sql: { connection: ${connection}, statement: "insert into beat values ($1)", params: [index] }`;

const settings = `connections:
  misspelt:
    postgres: { urll: "postgres://db.example/a" }
  down:
    postgres: { url: "postgres://user:hunter2hunter2@127.0.0.1:1/b" }
`;

const files = {
  "signalbox.yaml": settings,
  "pipelines/a-good.yaml": good("first"),
  "pipelines/b-bad.yaml": `${good("beside-the-bad")}---\n${good("bad").replace("every", "evry")}`,
  "pipelines/c-misspelt.yaml": beat("on-misspelt", sql("misspelt")),
  "pipelines/d-down.yaml": beat("on-down", sql("down")),
  "pipelines/e-good.yaml": good("last"),
};

const project = (): { files: typeof files } => ({ files });

function wrote({ dir }: World, name: string): boolean {
  return existsSync(join(dir, `data/${name}.ndjson`));
}

test(
  "a bad file and bad connections stop the pipelines that need them, and are told with their places",
  { timeout: 60_000 },
  ({ signal }) =>
    inWorld({ store: embedded, signal, project }, async (world) => {
      const engine = await world.start(["--summary", "100ms"]);
      await engine.until(async () => wrote(world, "first") && wrote(world, "last"));

      const findings = engine.lines.filter(({ at, level }) => level === "error" && at !== undefined);
      expect(findings.map(({ at, code }) => `${String(at)} ${String(code)}`)).toEqual([
        "pipelines/b-bad.yaml:7:23 CONFIG_FIELD_UNKNOWN",
        "pipelines/c-misspelt.yaml:4:24 CONFIG_CONNECTION_BROKEN",
        "signalbox.yaml:3:17 CONFIG_FIELD_UNKNOWN",
      ]);
      const { pipelines, connections } = await world.status();
      const states = pipelines.map(({ name, state, problem }) => ({ name, state, problem: problem?.code }));
      expect(states).toEqual([
        { name: "first", state: "running", problem: undefined },
        { name: "on-down", state: "waiting", problem: "POSTGRES_UNREACHABLE" },
        { name: "last", state: "running", problem: undefined },
      ]);
      expect(connections.find(({ name }) => name === "down")).toMatchObject({
        problem: { code: "POSTGRES_UNREACHABLE" },
      });
      expect(await engine.stop()).toBe(0);
      expect(wrote(world, "beside-the-bad")).toBe(false);
      expect(JSON.stringify(engine.lines)).not.toContain("hunter2");
    }),
);
