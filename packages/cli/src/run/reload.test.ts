// Reloads as a person makes them: files, signals, the verb. Not here: what becomes of messages (D11 of the delivery suite).
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineStatus, ReloadResult } from "@signalbox/core";
import { afterEach, describe, expect, test } from "vitest";
import { main } from "../program.ts";
import { captureIo, type CapturedIo } from "../testing/captured-io.ts";
import { projectFolder } from "../testing/project.ts";

const beat = (name: string, mark: number): string => `name: ${name}
source:
  generate: { every: 20ms }
steps:
  - transform: { file: mark.jsonata }
  - transform: '{ "mark": ${mark}, "from": from }'
sinks:
  - file: { path: data/${name}.ndjson }
`;
const ports = { SIGNALBOX_CONSOLE_PORT: "0", SIGNALBOX_HTTP_PORT: "0", SIGNALBOX_SIMULATOR_PORT: "0" };
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Run {
  readonly dir: string;
  readonly io: CapturedIo;
  write(path: string, text: string): Promise<void>;
  call(...args: string[]): Promise<{ code: number; io: CapturedIo }>;
  status(): Promise<EngineStatus>;
  /** Resolves once the log says `text`, which it has not said before. */
  says(text: string | RegExp): Promise<void>;
}

async function start(files: Readonly<Record<string, string>>, ...args: string[]): Promise<Run> {
  const { dir, remove } = await projectFolder({ "mark.jsonata": '{ "from": "file" }', ...files });
  cleanUps.push(remove);
  const io = captureIo({ cwd: dir, env: ports });
  const code = main(["run", "--summary", "0s", ...args], io);
  cleanUps.push(async () => {
    io.signal("SIGTERM");
    expect(await code).toBe(0);
  });
  const says = async (text: string | RegExp): Promise<void> => {
    const ended = code.then(() => Promise.reject(new Error(`ended early:\n${io.out()}\n${io.err()}`)));
    await Promise.race([io.until("out", text), ended]);
  };
  const call: Run["call"] = async (...words) => {
    const asked = captureIo({ cwd: dir, env: ports });
    return { code: await main(words, asked), io: asked };
  };
  await says("Signalbox runs.");
  return {
    dir,
    io,
    call,
    says,
    write: (path, text) => writeFile(join(dir, path), text),
    status: async () => JSON.parse((await call("status", "--json")).io.out()) as EngineStatus,
  };
}

/** Resolves once the sink's file holds `text`. */
async function arrives(run: Run, name: string, text: string): Promise<void> {
  for (;;) {
    const got = await readFile(join(run.dir, `data/${name}.ndjson`), "utf8").catch(() => "");
    if (got.includes(text)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("a running engine takes up its files", { timeout: 120_000 }, () => {
  test("on SIGHUP: what changed, what is broken, what is gone", async () => {
    const run = await start({ "pipelines/a.yaml": beat("a", 1), "pipelines/b.yaml": beat("b", 1) }, "--no-watch");
    await arrives(run, "a", '"mark":1');
    await run.write("pipelines/a.yaml", beat("a", 2));
    run.io.signal("SIGHUP");
    await run.says("The project was reloaded. revision=1 added=0 changed=1 removed=0 refused=0 unchanged=1");
    await arrives(run, "a", '"mark":2');

    await run.write("pipelines/a.yaml", "name: a\nsource: [");
    run.io.signal("SIGHUP");
    await run.says(/reloaded, but not all of it: what was refused runs on as it was\. revision=2/);
    expect(run.io.out()).toMatch(/The new revision of a pipeline was refused\. pipeline=a .*CONFIG_YAML/);
    const { pipelines, reload } = await run.status();
    expect(pipelines.map(({ name, state }) => `${name} ${state}`)).toEqual(["a running", "b running"]);
    expect(reload).toMatchObject({ revision: 2, changes: [{ pipeline: "a", what: "refused" }] });

    await rm(join(run.dir, "pipelines/b.yaml"));
    await run.write("pipelines/a.yaml", beat("a", 2));
    run.io.signal("SIGHUP");
    await run.says("revision=3");
    expect((await run.status()).pipelines.map(({ name }) => name)).toEqual(["a"]);
  });

  test("by the verb: it says what would change, then what did, and what is wrong", async () => {
    const run = await start({ "pipelines/a.yaml": beat("a", 1) }, "--no-watch");
    await run.write("pipelines/b.yaml", beat("b", 1));
    const check = await run.call("reload", "--check");
    expect(check).toMatchObject({ code: 0 });
    expect(check.io.out()).toContain("added    b");
    expect(check.io.err()).toBe("Would be: 1 added, 1 unchanged.\n");
    expect((await run.status()).pipelines).toHaveLength(1);
    expect(await run.call("reload")).toMatchObject({ code: 0 });
    expect((await run.status()).pipelines).toHaveLength(2);

    await run.write("signalbox.yaml", "simulator: { port: 4711 }\n");
    await run.write("pipelines/b.yaml", "name: b\nsoruce: {}\n");
    const bad = await run.call("reload");
    expect(bad.code).toBe(1);
    expect(bad.io.out()).toMatch(/^pipelines\/b\.yaml:2:1 {2}CONFIG_FIELD_UNKNOWN/m);
    expect(bad.io.out()).toMatch(/^signalbox\.yaml:1:1 {2}RELOAD_SETTING_FIXED .*restart/m);
    expect(bad.io.out()).toMatch(/^refused {2}b {2}pipelines\/b\.yaml:/m);
    const json = await run.call("reload", "--json");
    expect((JSON.parse(json.io.out()) as ReloadResult).changes).toMatchObject([{ pipeline: "b", what: "refused" }]);
  });

  test("without an engine the verb ends with 3", async () => {
    const { dir, remove } = await projectFolder({ "pipelines/a.yaml": beat("a", 1) });
    cleanUps.push(remove);
    expect(await main(["reload"], captureIo({ cwd: dir, env: ports }))).toBe(3);
  });

  test("by itself, when a file is written, replaced, added or swapped with its whole folder", async () => {
    const run = await start({ "pipelines/a.yaml": beat("a", 1) });
    await run.write("pipelines/a.yaml", beat("a", 2));
    await run.says("changed=1 removed=0 refused=0 unchanged=0");
    await arrives(run, "a", '"mark":2');
    // As editors save: another file under its name.
    await run.write("pipelines/a.yaml.tmp", beat("a", 3));
    await rename(join(run.dir, "pipelines/a.yaml.tmp"), join(run.dir, "pipelines/a.yaml"));
    await arrives(run, "a", '"mark":3');
    // The file of an expression.
    await run.write("mark.jsonata", '{ "from": "elsewhere" }');
    await arrives(run, "a", '"from":"elsewhere"');
    // A folder that was not there.
    await mkdir(join(run.dir, "pipelines/more"));
    await run.write("pipelines/more/b.yaml", beat("b", 1));
    await arrives(run, "b", '"mark":1');
    expect((await run.status()).pipelines.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("by itself, from a volume whose content is a link that is swapped", async () => {
    const run = await start({
      "pipelines/..1/a.yaml": beat("a", 1),
      "pipelines/..2/a.yaml": beat("a", 2),
      "pipelines/z.yaml": beat("z", 1),
    });
    await symlink("..1", join(run.dir, "pipelines/..data"));
    await symlink("..data/a.yaml", join(run.dir, "pipelines/a.yaml"));
    await arrives(run, "a", '"mark":1');
    await symlink("..2", join(run.dir, "pipelines/..data_tmp"));
    await rename(join(run.dir, "pipelines/..data_tmp"), join(run.dir, "pipelines/..data"));
    await arrives(run, "a", '"mark":2');
    expect((await run.status()).pipelines.map(({ name }) => name)).toEqual(["z", "a"]);
  });
});
