import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeConformance } from "@signalbox/core/testing";
import * as kit from "vitest";
import { storeFixture } from "../testing/fixtures.ts";

storeConformance(kit, {
  name: "embedded",
  async setup() {
    const path = await mkdtemp(join(tmpdir(), "signalbox-embedded-"));
    return storeFixture({ kind: "embedded", path }, () => rm(path, { recursive: true }));
  },
});
