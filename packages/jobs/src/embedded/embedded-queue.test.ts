import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { queueConformance } from "@signalbox/core/testing";
import * as kit from "vitest";
import { queueFixture } from "../testing/fixtures.ts";

queueConformance(kit, {
  name: "embedded",
  async setup(log) {
    const path = await mkdtemp(join(tmpdir(), "signalbox-embedded-"));
    return queueFixture({ kind: "embedded", path }, { log, stop: () => rm(path, { recursive: true }) });
  },
});
