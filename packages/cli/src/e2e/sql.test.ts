import { test } from "vitest";
import { askLocalDatabase } from "./testing/local-database.ts";
import { stores, titleOf } from "./testing/stores.ts";
import { inWorld } from "./testing/world.ts";

// The connection of the repository's own signalbox.yaml: without WAREHOUSE_URL it is the project's own database.
const settings = `connections:
  warehouse: { postgres: { url: "\${WAREHOUSE_URL:-}" } }
`;
const pipeline = `name: readings
source:
  generate: { every: 0s, count: 250, body: '{ "n": index, "half": index / 2, "tags": [index] }' }
sinks:
  - sql:
      connection: warehouse
      setup:
        - create table if not exists reading (n int primary key, half double precision, tags jsonb, at timestamptz)
      statement: insert into reading values ($1, $2, $3, $4) on conflict (n) do update set at = reading.at
      params: [n, half, tags, $meta.time]
    batch: { count: 40, linger: 100ms }
`;

for (const store of stores) {
  test(
    `sql without a url writes to the project's own database; on ${titleOf(store)}`,
    { concurrent: true, skip: store.skip !== undefined, timeout: 60_000 },
    async ({ signal, expect }) => {
      const project = (): { files: Record<string, string> } => ({
        files: { "signalbox.yaml": settings, "pipelines/a.yaml": pipeline },
      });
      await inWorld({ store, signal, project }, async (world) => {
        const engine = await world.start(["--summary", "100ms"]);
        await engine.said(({ msg, delivered }) => msg === "So far." && delivered === 250);
        expect(await engine.stop()).toBe(0);
        const rows = Array.from({ length: 250 }, (_, n) => ({ n, half: n / 2, tags: [n], has_time: true }));
        const select = "select n, half, tags, at is not null as has_time from reading order by n";
        expect(await askLocalDatabase(world.dir, world.env["DATABASE_URL"], select)).toEqual(rows);
      });
    },
  );
}
