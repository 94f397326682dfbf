import { type Project, type ReloadResult, silentLogger } from "@signalbox/core";
import { expect, test } from "vitest";
import { createRedaction } from "./redaction.ts";
import { createReloader } from "./reloader.ts";

/** What a reader of a project's files gets, as far as a reloader looks at it. */
function reading(secret: string): Project {
  return { secrets: [secret] } as unknown as Project;
}

test("reloads that are asked for while one is under way become one, which reads what is there by then", async () => {
  const read: Project[] = [];
  const releases: (() => void)[] = [];
  const reloader = createReloader({
    project: reading("first"),
    load: async () => {
      const project = reading(`secret-${read.length}`);
      read.push(project);
      return project;
    },
    engine: {
      reload: (project) =>
        new Promise((resolve) => {
          releases.push(() => resolve({ revision: read.indexOf(project) } as ReloadResult));
        }),
    },
    redaction: createRedaction([]),
    log: silentLogger,
  });
  const first = reloader.reload();
  const others = [reloader.reload(), reloader.reload()];
  await new Promise((resolve) => void setImmediate(resolve));
  expect(read).toHaveLength(1);
  releases[0]?.();
  expect(await first).toMatchObject({ revision: 0 });
  await new Promise((resolve) => void setImmediate(resolve));
  releases[1]?.();
  expect(await Promise.all(others)).toMatchObject([{ revision: 1 }, { revision: 1 }]);
  expect(read).toHaveLength(2);
  expect(reloader.project).toBe(read[1]);
});

test("a secret that a reload brings is hidden from then on, and an old one stays hidden", () => {
  const redaction = createRedaction(["hunter2hunter2"]);
  expect(redaction.hide("hunter2hunter2 swordfish1")).toBe("[redacted] swordfish1");
  redaction.learn(["swordfish1"]);
  expect(redaction.hide("hunter2hunter2 swordfish1")).toBe("[redacted] [redacted]");
});
