import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Packages of ours are read from their sources, so that a test never sees a stale build.
// Without "import": Vitest hands these to Node, where it would make `require` load the ESM half of a package (pg breaks).
const conditions = ["@signalbox/source", "node", "module", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["node", "module", "default"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "docs/**/*.test.ts", "pipelines/**/*.test.ts"],
    pool: "forks",
    // Most of them wait: for servers that start, for locks that run out, for lines that linger.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: 120_000,
    hookTimeout: 90_000,
  },
});
