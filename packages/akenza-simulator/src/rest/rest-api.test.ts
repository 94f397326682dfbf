// Lists, filters, paging, permissions and errors of the REST API, over HTTP.
// What it is not: samples (device-data.test.ts), downlinks (downlink.test.ts), the rate limit (rate-limit.test.ts).
import { expect, test } from "vitest";
import type { Simulator } from "../contract.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { call, startSimulator } from "../testing/start.ts";

const names = (body: { content: { name: string }[] }) => body.content.map(({ name }) => name);
const total = async (simulator: Simulator, path: string) => (await call(simulator, `GET ${path}`)).body.totalElements;

test.each(["/v3/assets", "/v3/devices"])("GET %s pages and sorts", async (path) => {
  const simulator = await startSimulator();
  const first = await call(simulator, `GET ${path}?page=0&size=8&sort=name,asc`);
  expect(first.status).toBe(200);
  expect(first.body).toMatchObject({
    totalElements: 20,
    totalPages: 3,
    size: 8,
    number: 0,
    numberOfElements: 8,
    first: true,
    last: false,
    empty: false,
  });
  const rest = await Promise.all(
    [1, 2, 3].map((page) => call(simulator, `GET ${path}?page=${page}&size=8&sort=name,asc`)),
  );
  expect(rest.map(({ body }) => [body.numberOfElements, body.last])).toEqual([
    [8, false],
    [4, true],
    [0, true],
  ]);
  const all = [first, ...rest].flatMap(({ body }) => names(body));
  expect(all).toEqual([...all].sort((a, b) => a.localeCompare(b, "en", { numeric: true })));
  expect(new Set(all).size).toBe(20);
  const down = await call(simulator, `GET ${path}?sort=name,desc`);
  expect(names(down.body)).toEqual(all.toReversed());
});

test("GET /v3/assets filters", async () => {
  const simulator = await startSimulator();
  const [building, site] = simulator.workspaces.map(({ id }) => id);
  const climate = simulator.tags.find(({ name }) => name === "Climate")?.id;
  const ground = simulator.tags.find(({ name }) => name === "Ground floor")?.id;
  const [first, second] = simulator.devices.map(({ id }) => id);
  const count = (query: string) => total(simulator, `/v3/assets?${query}`);
  expect(await count(`workspaceId=${building}`)).toBe(17);
  expect(await count(`workspaceId=${site}`)).toBe(3);
  expect(await count(`organizationId=${simulator.organization.id}&type=DEVICE`)).toBe(20);
  expect(await count("type=ASSET")).toBe(0);
  expect(await count(`tags.ids=${climate}`)).toBe(5);
  expect(await count(`tags.ids=${climate},${ground}`)).toBe(12);
  expect(await count(`assetIds=${first}&assetIds=${second}`)).toBe(2);
  expect(await count("search=room%20AIR")).toBe(5);
  expect(await count("provider=simulated_mqtt")).toBe(2);
  expect(await count("online=true")).toBe(0);
  simulator.tick(1);
  expect(await count("online=true")).toBe(1);
  expect(await count("state=ONLINE,OFFLINE")).toBe(1);
});

test("an asset has the fields of akenza's own", async () => {
  const simulator = await startSimulator({ clock: new ManualClock("2026-08-20T14:55:35Z") });
  simulator.tick(2);
  const [device] = simulator.devices;
  const { body } = await call(simulator, `GET /v3/devices/${device?.id}`);
  expect(body).toMatchObject({
    connectivity: "LORA",
    customFields: [],
    dataFlow: { deviceType: { name: "ers-co2" }, workspaceId: device?.workspaceId },
    deviceId: device?.deviceId,
    id: device?.id,
    name: "Room air 1",
    online: true,
    onlineState: "ONLINE",
    onlineTimeout: 86_400,
    organizationId: simulator.organization.id,
    tags: [{ name: "Climate", description: null }, { name: "Ground floor" }],
    type: "DEVICE",
    uplinkMetrics: { deviceId: device?.id, timestamp: "2026-08-20T14:55:35.000Z", batteryLevel: 85 },
  });
  expect(body.id).toMatch(/^02[0-9a-f]{14}$/);
  expect(body.dataFlowId).toMatch(/^08[0-9a-f]{14}$/);
  expect(body.organizationId).toMatch(/^28[0-9a-f]{14}$/);
  expect(body.workspaceId).toMatch(/^29[0-9a-f]{14}$/);
  expect(body.tags[0].id).toMatch(/^71[0-9a-f]{14}$/);
  const same = await call(simulator, `GET /v3/devices/by-device-id?deviceId=${device?.deviceId}`);
  expect(same.body).toEqual(body);
});

test("a device goes offline when it has been quiet for its timeout", async () => {
  const clock = new ManualClock("2026-08-20T14:55:35Z");
  const simulator = await startSimulator({ clock });
  const path = `GET /v3/devices/${simulator.devices[0]?.id}`;
  expect((await call(simulator, path)).body).toMatchObject({
    online: null,
    onlineState: "UNKNOWN",
    uplinkMetrics: null,
  });
  simulator.tick(1);
  clock.advance(86_400_000);
  expect((await call(simulator, path)).body).toMatchObject({ online: true });
  clock.advance(1);
  expect((await call(simulator, path)).body).toMatchObject({ online: false, onlineState: "OFFLINE" });
});

test("POST /v3/assets/list takes workspaces or the organization", async () => {
  const simulator = await startSimulator();
  const list = async (body: unknown) =>
    (await call(simulator, "POST /v3/assets/list?size=50&sort=name,asc", { body })).body;
  expect((await list({ workspaceIds: [simulator.workspaces[1]?.id] })).totalElements).toBe(3);
  expect((await list({ organizationId: simulator.organization.id })).totalElements).toBe(20);
  expect(await list({ workspaceIds: "all" })).toMatchObject({ status: 400 });
  expect(await list([])).toMatchObject({ status: 400 });
});

test("organizations, workspaces, access and tags", async () => {
  const simulator = await startSimulator();
  const { organization, workspaces, tags } = simulator;
  const get = async (path: string) => (await call(simulator, `GET ${path}`)).body;
  expect((await get("/v3/organizations?size=1&minimal=true")).content[0].id).toBe(organization.id);
  expect((await get(`/v3/workspaces?organizationId=${organization.id}`)).content).toHaveLength(2);
  expect(await get(`/v3/workspace-access?organizationId=${organization.id}&scope=ASSET&verb=READ`)).toEqual({
    all: true,
    ids: workspaces.map(({ id }) => id),
  });
  const heating = tags.find(({ name }) => name === "Heating");
  const inBuilding = await get(`/v3/tags?workspaceId=${workspaces[0]?.id}`);
  expect(names(inBuilding)).toContain("Heating");
  expect(names(inBuilding)).not.toContain("Vehicles");
  expect(await get(`/v3/tags/${heating?.id}`)).toMatchObject({ name: "Heating", taggedDevices: 3 });
  expect(await get("/v3/tags/7100000000000001")).toMatchObject({ status: 404 });
});

test("errors have akenza's error object", async () => {
  const simulator = await startSimulator({ clock: new ManualClock("2021-02-19T15:06:56.928Z") });
  const nobody = await call(simulator, "GET /v3/assets", { headers: {} });
  expect(nobody.status).toBe(401);
  expect(nobody.body).toEqual({
    timestamp: "2021-02-19T15:06:56.928+00:00",
    path: "/v3/assets",
    status: 401,
    error: "Unauthorized",
    message: "Unauthorized",
  });
  const wrong = await call(simulator, "GET /v3/assets", { headers: { authorization: "Bearer a.b.c" } });
  expect(wrong.body).toMatchObject({ status: 401, message: "Invalid token provided" });
  const unknown = await call(simulator, "GET /v3/devices/0200000000000000");
  expect(unknown.body).toMatchObject({ status: 404, path: "/v3/devices/0200000000000000", error: "Not Found" });
  expect((await call(simulator, "GET /v3/rules")).status).toBe(404);
  expect((await call(simulator, "DELETE /v3/tags")).status).toBe(405);
  expect((await call(simulator, "POST /v3/assets/list", { body: "{" })).body).toMatchObject({ status: 400 });
});

test("a key that is limited may not ask for more than it has", async () => {
  const { workspaces, devices, tags } = await startSimulator();
  const [mine, other] = workspaces.map(({ id }) => id);
  const simulator = await startSimulator({
    apiKeys: [
      { key: "limited", workspaceIds: [mine ?? ""] },
      { key: "streamer", permissions: ["stream"] },
    ],
    accessTokens: ["a.b.c"],
  });
  const status = async (path: string, key = "limited") =>
    (await call(simulator, `GET ${path}`, { headers: { "x-api-key": key } })).status;
  const foreign = devices.find(({ workspaceId }) => workspaceId === other);
  expect(await total(simulator, "/v3/assets")).toBe(17);
  expect(await status(`/v3/assets?organizationId=${simulator.organization.id}`)).toBe(403);
  expect(await status(`/v3/assets?workspaceId=${other}`)).toBe(403);
  expect(await status(`/v3/devices/${foreign?.id}`)).toBe(403);
  expect(await status(`/v3/tags/${tags.find(({ name }) => name === "Vehicles")?.id}`)).toBe(403);
  expect(await status("/v3/assets", "streamer")).toBe(403);
  const access = await call(simulator, "GET /v3/workspace-access", { headers: { "x-api-key": "limited" } });
  expect(access.body).toEqual({ all: false, ids: [mine] });
  const bearer = await call(simulator, "GET /v3/assets", { headers: { authorization: "Bearer a.b.c" } });
  expect(bearer.body.totalElements).toBe(20);
});

test("the log of requests holds no credential", async () => {
  const simulator = await startSimulator({ accessTokens: ["a.b.c"] });
  await call(simulator, "GET /v3/assets?size=1&access_token=a.b.c&xApiKey=k", {
    headers: { authorization: "Bearer a.b.c" },
  });
  await call(simulator, "GET /v3/assets");
  const text = JSON.stringify(simulator.requests.entries);
  expect(text).not.toContain("a.b.c");
  expect(text).not.toContain(simulator.apiKey);
  expect(simulator.requests.entries).toMatchObject([{ method: "GET", path: "/v3/assets", status: 200 }, { query: "" }]);
});
