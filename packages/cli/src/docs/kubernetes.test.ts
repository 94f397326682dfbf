// deploy/kubernetes.yaml, read and not run: every field it uses is known here, and goes with the image and the settings.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadProject, parseDuration, parseProject, settingsKeys, settingsVariables } from "@signalbox/core";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { createProductRegistry } from "../components.ts";
import { projectFolder } from "../testing/project.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../../..");
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

const labels = z.strictObject({ "app.kubernetes.io/name": z.literal("signalbox") });
const metadata = z.strictObject({ name: z.string().regex(/^[a-z0-9-]+$/), labels: labels.optional() });
const configMap = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("ConfigMap"),
  metadata,
  data: z.record(z.string(), z.string()),
});
const service = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("Service"),
  metadata,
  spec: z.strictObject({
    selector: labels,
    publishNotReadyAddresses: z.boolean(),
    ports: z.array(z.strictObject({ name: z.string(), port: z.int(), targetPort: z.string() })),
  }),
});
const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string(), port: z.string() }),
  periodSeconds: z.int(),
  timeoutSeconds: z.int().default(1),
  failureThreshold: z.int(),
});
const container = z.strictObject({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()),
  env: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  envFrom: z.array(z.strictObject({ secretRef: z.strictObject({ name: z.string(), optional: z.boolean() }) })),
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.int() })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  resources: z.strictObject({
    requests: z.strictObject({ cpu: z.string(), memory: z.string() }),
    limits: z.strictObject({ memory: z.string() }),
  }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal("ALL")]) }),
  }),
  volumeMounts: z.array(
    z.strictObject({
      name: z.string(),
      mountPath: z.string(),
      subPath: z.string().optional(),
      readOnly: z.boolean().optional(),
    }),
  ),
});
const volume = z.strictObject({
  name: z.string(),
  configMap: z.strictObject({ name: z.string() }).optional(),
  emptyDir: z.strictObject({ sizeLimit: z.string() }).optional(),
});
const statefulSet = z.strictObject({
  apiVersion: z.literal("apps/v1"),
  kind: z.literal("StatefulSet"),
  metadata,
  spec: z.strictObject({
    replicas: z.literal(1),
    serviceName: z.string(),
    podManagementPolicy: z.literal("Parallel"),
    selector: z.strictObject({ matchLabels: labels }),
    template: z.strictObject({
      metadata: z.strictObject({ labels }),
      spec: z.strictObject({
        terminationGracePeriodSeconds: z.int(),
        automountServiceAccountToken: z.literal(false),
        securityContext: z.strictObject({
          runAsNonRoot: z.literal(true),
          runAsUser: z.int(),
          runAsGroup: z.int(),
          fsGroup: z.int(),
          fsGroupChangePolicy: z.literal("OnRootMismatch"),
          seccompProfile: z.strictObject({ type: z.literal("RuntimeDefault") }),
        }),
        containers: z.tuple([container]),
        volumes: z.array(volume),
      }),
    }),
    volumeClaimTemplates: z.array(
      z.strictObject({
        metadata,
        spec: z.strictObject({
          accessModes: z.tuple([z.literal("ReadWriteOnce")]),
          resources: z.strictObject({ requests: z.strictObject({ storage: z.string() }) }),
        }),
      }),
    ),
  }),
});

function manifest() {
  const parts = parseAllDocuments(textOf("deploy/kubernetes.yaml")).map((part) => {
    expect(part.errors).toEqual([]);
    return part.toJS() as unknown;
  });
  const [settings, pipelines, front, engine] = z.tuple([configMap, configMap, service, statefulSet]).parse(parts);
  const { template, ...set } = engine.spec;
  const [engineContainer] = template.spec.containers;
  const env = Object.fromEntries(engineContainer.env.map(({ name, value }) => [name, value]));
  return { settings, pipelines, front, set, pod: template.spec, container: engineContainer, env };
}

const dockerfile = textOf("Dockerfile");

test("ports and variables are those of the image and the settings", () => {
  const { front, container, env, set } = manifest();
  const [port] = container.ports;
  expect(front.spec.ports[0]?.targetPort).toBe(port?.name);
  expect(dockerfile).toMatch(new RegExp(`^EXPOSE .*\\b${port?.containerPort}\\b`, "m"));
  expect(env["SIGNALBOX_HTTP_PORT"]).toBe(String(port?.containerPort));
  expect(settingsKeys.parse({}).http.port).toBe(port?.containerPort);
  const known = [...Object.keys(settingsVariables), "NODE_OPTIONS"];
  expect(Object.keys(env).filter((name) => !known.includes(name))).toEqual([]);
  expect(set.serviceName).toBe(front.metadata.name);
});

test("probes ask what the webhooks' listener answers, and readiness keeps no webhook away", () => {
  const { container, front } = manifest();
  const { startupProbe, livenessProbe, readinessProbe } = container;
  for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) expect(httpGet.port).toBe("webhooks");
  expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
    "/livez",
    "/livez",
    "/readyz",
  ]);
  expect(front.spec.publishNotReadyAddresses).toBe(true);
  // The store may take two seconds to answer.
  expect(readinessProbe.timeoutSeconds).toBeGreaterThan(2);
});

test("a stop has the time that the settings give it", () => {
  const { pod, settings } = manifest();
  const { settings: read, findings } = parseProject(
    [{ path: "signalbox.yaml", text: settings.data["signalbox.yaml"] ?? "" }],
    {
      registry: createProductRegistry(),
      env: {},
      projectDir: "/project",
    },
  );
  expect(findings).toEqual([]);
  expect(read.shutdownTimeoutMs).toBe(parseDuration("30s"));
  expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(read.shutdownTimeoutMs);
  expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m);
});

test("it runs as the image's user, and what it writes is mounted", () => {
  const { pod, container, set, env } = manifest();
  const { runAsUser, runAsGroup, fsGroup } = pod.securityContext;
  expect(dockerfile).toMatch(new RegExp(`^USER ${runAsUser}:${runAsGroup}$`, "m"));
  expect(fsGroup).toBe(runAsGroup);
  expect(dockerfile).toMatch(/^WORKDIR \/project$/m);
  const written = container.volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath);
  // The embedded store's folder, that of the examples' `file` sinks, and the control socket's.
  expect(written).toEqual(["/project/.signalbox", "/project/data", "/tmp"]);
  expect(dirname(env["SIGNALBOX_CONTROL_SOCKET"] ?? "")).toBe("/tmp");
  const given = [...pod.volumes, ...set.volumeClaimTemplates.map(({ metadata }) => metadata)].map(({ name }) => name);
  expect([...new Set(container.volumeMounts.map(({ name }) => name))].toSorted()).toEqual(given.toSorted());
  // With subPath, a changed ConfigMap never reaches the container.
  expect(container.volumeMounts.find(({ name }) => name === "pipelines")).not.toHaveProperty("subPath");
});

test("the heap stays below the memory limit, and the command is one there is", () => {
  const { container, env } = manifest();
  const [, heap] = /^--max-old-space-size=(\d+)$/.exec(env["NODE_OPTIONS"] ?? "") ?? [];
  const [, limit] = /^(\d+)Gi$/.exec(container.resources.limits.memory) ?? [];
  expect(Number(heap)).toBeLessThanOrEqual(Number(limit) * 1_024 * 0.6);
  expect(dockerfile).toMatch(/^ENTRYPOINT \["node", .*"\/app\/dist\/main\.js"\]$/m);
  expect(container.args).toEqual(["run", "--log", "json"]);
});

test("its project is one that runs", async () => {
  const { settings, pipelines, pod, container } = manifest();
  const mounts = Object.fromEntries(container.volumeMounts.map(({ name, mountPath }) => [name, mountPath]));
  const maps = pod.volumes.flatMap(({ name, configMap }) =>
    configMap === undefined ? [] : [[mounts[name], configMap.name]],
  );
  expect(maps).toEqual([
    ["/project/signalbox.yaml", settings.metadata.name],
    ["/project/pipelines", pipelines.metadata.name],
  ]);
  const inPipelines = Object.entries(pipelines.data).map(([name, text]) => [`pipelines/${name}`, text] as const);
  const folder = await projectFolder({ ...settings.data, ...Object.fromEntries(inPipelines) });
  const project = await loadProject({ projectDir: folder.dir, registry: createProductRegistry(), env: {} });
  await folder.remove();
  expect(project.findings).toEqual([]);
  expect(project.pipelines.map(({ name }) => name)).toEqual(["heartbeat"]);
});
