import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { postgresConnection } from "@signalbox/connector-postgres";
import { isQueryConnection } from "@signalbox/core";
import { createTestContext } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { subscribedTo } from "./testing/observed.ts";
import { postgres, titleOf } from "./testing/stores.ts";
import { inWorld } from "./testing/world.ts";

const [a, b, c, d] = ["02aaaaaaaaaaaaaa", "02bbbbbbbbbbbbbb", "02cccccccccccccc", "02dddddddddddddd"] as const;

const settings = `connections:
  inventory: { postgres: { url: "\${DATABASE_URL}" } }
`;
const pipeline = `name: listed
source:
  akenza:
    subscribe:
      - { file: devices.csv, column: akenza, every: 1s }
      - { sql: { connection: inventory, query: "select akenza from device where is_watched order by 1" }, every: 1s }
sinks:
  - http: { url: "\${AKENZA_BASE_URL}/receiver/got" }
`;

/** Runs statements on a database as somebody else would. */
async function runSql(url: string | undefined, ...statements: readonly string[]): Promise<void> {
  const connection = postgresConnection.create(postgresConnection.schema.parse({ url }), createTestContext());
  const { signal } = new AbortController();
  await connection.open?.(signal);
  if (!isQueryConnection(connection)) throw new Error("no SQL connection");
  for (const statement of statements) await connection.query(statement, [], signal);
  await connection.close?.();
}

test.skipIf(postgres.skip !== undefined)(
  `ids changed in a file and in a database change the live subscriptions; on ${titleOf(postgres)}`,
  { timeout: 60_000 },
  async ({ signal }) => {
    const options = {
      store: postgres,
      signal,
      simulator: { devices: [a, b, c, d].map((id) => ({ id, name: id })) },
      project: () => ({
        files: { "signalbox.yaml": settings, "pipelines/a.yaml": pipeline, "devices.csv": `name,akenza\none,${a}\n` },
      }),
    };
    await inWorld(options, async ({ simulator, dir, env, start }) => {
      const url = env["DATABASE_URL"];
      await runSql(url, "create table device (akenza text primary key, is_watched boolean not null)");
      await runSql(url, `insert into device values ('${c}', true), ('${d}', false)`);
      const engine = await start();
      await subscribedTo(simulator, [a, c]);

      await writeFile(join(dir, "next.csv"), `name,akenza\none,${a}\ntwo,${b}\n`);
      await rename(join(dir, "next.csv"), join(dir, "devices.csv"));
      await subscribedTo(simulator, [a, b, c]);
      await runSql(url, `update device set is_watched = akenza = '${d}'`);
      await subscribedTo(simulator, [a, b, d]);
      await writeFile(join(dir, "devices.csv"), `name,akenza\ntwo,${b}\n`);
      await subscribedTo(simulator, [b, d]);

      for (const deviceId of [a, b, c, d]) simulator.emit({ deviceId, data: { is: deviceId } });
      const { requests } = simulator.receiver("got");
      await requests.waitForTotal(2);
      expect(await engine.stop()).toBe(0);
      expect(requests.entries.map(({ body }) => (body as { deviceId: string }).deviceId).sort()).toEqual([b, d]);
      // One socket all the while.
      expect(simulator.connections.entries.filter(({ event }) => event === "opened").length).toBe(1);
    });
  },
);
