// Dockerfile and docker-compose.yml, read and not run: no container engine is part of the tests.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

const service = z.object({
  build: z.string().optional(),
  image: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  stop_grace_period: z.string().optional(),
  healthcheck: z.object({ test: z.array(z.string()) }),
});
const composeFile = z.object({
  services: z.object({ engine: service, redis: service }),
  volumes: z.record(z.string(), z.unknown()),
});

test("docker-compose.yml: an engine that is asked for /readyz, and a Redis that keeps what it acknowledged", () => {
  const { services, volumes } = composeFile.parse(parse(textOf("docker-compose.yml")));
  const { engine, redis } = services;
  expect(engine.build).toBe(".");
  expect(engine.environment["REDIS_URL"]).toBe("redis://redis:6379");
  expect(engine.healthcheck.test.join(" ")).toContain("/readyz");
  expect(engine.depends_on?.["redis"]?.condition).toBe("service_healthy");
  expect(engine.stop_grace_period).toBe("45s");
  // The console is reached from outside the container, so that it asks who comes.
  const { SIGNALBOX_CONSOLE_HOST: host, SIGNALBOX_CONSOLE_TOKEN: token } = engine.environment;
  expect([host, token]).toEqual(["0.0.0.0", expect.stringContaining("${SIGNALBOX_CONSOLE_TOKEN:?")]);
  expect(engine.ports).toEqual(["127.0.0.1:8080:8080", "127.0.0.1:8081:8081"]);
  expect(redis.command?.join(" ")).toContain("--appendonly yes");
  expect(redis.command?.join(" ")).toContain("--maxmemory-policy noeviction");
  expect(redis.healthcheck.test).toEqual(["CMD", "redis-cli", "ping"]);
  const mounted = [...engine.volumes, ...redis.volumes].map((each) => each.split(":")[0] ?? "");
  const named = mounted.filter((name) => !name.startsWith("."));
  expect(named.toSorted()).toEqual(Object.keys(volumes).toSorted());
  expect(mounted).toEqual(expect.arrayContaining(["./signalbox.yaml", "./pipelines", "redis-data"]));
});

test("Dockerfile: built in one stage, run in another by a user without rights", () => {
  const stages = textOf("Dockerfile")
    .replaceAll(/\\\n/g, " ")
    .split(/^(?=FROM )/m)
    .slice(1);
  const [build = "", run = ""] = stages;
  expect(stages).toHaveLength(2);
  expect(build).toMatch(
    /install --frozen-lockfile .*run build .*--filter @signalbox\/cli deploy --prod --legacy \/app/,
  );
  expect(run).toMatch(/^COPY --from=build .*\/app \/app$/m);
  expect(run).toMatch(/^USER 1000:1000$/m);
  expect(run).toMatch(/^STOPSIGNAL SIGTERM$/m);
  expect(run).toMatch(/^ENV SIGNALBOX_HTTP_HOST=0\.0\.0\.0 SIGNALBOX_HTTP_PORT=8081$/m);
  expect(run).toMatch(/^EXPOSE 8081$/m);
  expect(run).toMatch(/^HEALTHCHECK .*\/livez/m);
  expect(run).toMatch(/^ENTRYPOINT \["node", .*"\/app\/dist\/main\.js"\]$/m);
  expect(run).toMatch(/^CMD \["run"\]$/m);
  // Copied before the build: what is left out of the context cannot be missing in the image.
  const ignored = textOf(".dockerignore").split("\n");
  expect(ignored).toEqual(expect.arrayContaining(["**/node_modules", "**/dist"]));
  expect(ignored).not.toContain("packages");
});

test("the documentation says that the container files are unrun", () => {
  for (const page of ["README.md", "docs/guides/production.md"]) expect(textOf(page)).toMatch(/not been run/);
});
