import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { silentLogger, systemClock } from "@signalbox/core";
import { defaultSchema } from "../settings.ts";
import { type SqlAccess, sqlLink } from "../sql/sql-link.ts";
import { openEmbedded } from "./embedded-database.ts";
import { writeSnapshot } from "./snapshot.ts";

// Makes the database that first starts are unpacked from: `pnpm --filter @signalbox/jobs snapshot`, after a build.

const path = await mkdtemp(join(tmpdir(), "signalbox-snapshot-"));
try {
  const folder = join(path, "store");
  // By PGlite itself, so that no older snapshot is taken over.
  await (await PGlite.create({ dataDir: folder })).close();
  const context = { clock: systemClock, log: silentLogger };
  const database = await openEmbedded({ path, vacuumTables: [], ...context });
  const access = async (): Promise<SqlAccess> => ({ config: database.access, close: () => database.close() });
  const link = sqlLink({ access, schema: defaultSchema, place: "snapshot", ...context });
  const { query } = await link.acquire();
  await query("VACUUM FREEZE ANALYZE", []);
  await link.release();
  await writeSnapshot(folder);
} finally {
  await rm(path, { recursive: true, force: true });
}
