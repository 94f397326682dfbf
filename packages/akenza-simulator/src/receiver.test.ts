import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import type { Simulator } from "./contract.ts";
import { call, startSimulator } from "./testing/start.ts";
import { refusal } from "./testing/stream-client.ts";

test("takes any method on any path under its name and remembers all of it", async () => {
  const simulator = await startSimulator();
  const headers = { authorization: "Bearer t", "idempotency-key": "k1" };
  const answer = await call(simulator, "PUT /receiver/erp/orders/7?dry=1", { body: { n: 1 }, headers });
  expect(answer.status).toBe(204);
  await call(simulator, "POST /receiver/erp", { body: "not json", headers: { "content-type": "text/plain" } });
  await call(simulator, "GET /receiver/other");
  expect(simulator.receiver("erp").requests.entries).toMatchObject([
    {
      method: "PUT",
      path: "/receiver/erp/orders/7",
      query: "dry=1",
      headers,
      body: { n: 1 },
      text: '{"n":1}',
      status: 204,
    },
    { method: "POST", path: "/receiver/erp", text: "not json", body: undefined },
  ]);
  expect(simulator.receiver("other").requests.total).toBe(1);
  expect(simulator.requests.total).toBe(0);
});

test("answers as it is told", async () => {
  const simulator = await startSimulator();
  simulator.receiver("erp").answerWith({ status: 201, body: { id: 7 }, headers: { location: "/7" } });
  const answer = await call(simulator, "POST /receiver/erp");
  expect([answer.status, answer.body, answer.headers.get("location")]).toEqual([201, { id: 7 }, "/7"]);
});

test("fails as it is told, each name for itself", async () => {
  const simulator = await startSimulator();
  const erp = simulator.receiver("erp");
  erp.fail({ status: 429, retryAfter: 2 });
  erp.fail({ path: "/receiver/erp/slow", cut: "after" });
  expect((await call(simulator, "POST /receiver/crm")).status).toBe(204);
  const refused = await call(simulator, "POST /receiver/erp");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "2"]);
  expect((await call(simulator, "POST /receiver/erp/fast")).status).toBe(204);
  await expect(call(simulator, "POST /receiver/erp/slow")).rejects.toThrow("fetch failed");
  expect(erp.requests.entries.map(({ status }) => status)).toEqual([429, 204, "cut"]);
});

async function open(simulator: Simulator, name: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${simulator.port}/receiver/${name}`);
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  return socket;
}

test("takes WebSockets, remembers messages, sends and closes", async () => {
  const simulator = await startSimulator();
  const erp = simulator.receiver("erp");
  const socket = await open(simulator, "erp/live");
  socket.send("hello");
  socket.send(Buffer.from([1, 2]));
  await erp.messages.waitForTotal(2);
  expect(erp.messages.entries).toMatchObject([
    { path: "/receiver/erp/live", text: "hello", isBinary: false },
    { text: "AQI=", isBinary: true },
  ]);
  expect(erp.socketCount).toBe(1);
  const message = once(socket, "message");
  erp.send("welcome");
  expect(String((await message)[0])).toBe("welcome");
  const closed = once(socket, "close");
  erp.closeSockets(1013, "try later");
  const [code, reason] = (await closed) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([1013, "try later"]);
  erp.fail({ status: 503 });
  expect((await refusal(simulator, "", "/receiver/erp")).status).toBe(503);
});
