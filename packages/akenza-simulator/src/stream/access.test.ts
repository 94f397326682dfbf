import { expect, test } from "vitest";
import { startSimulator } from "../testing/start.ts";
import { connect, refusal } from "../testing/stream-client.ts";

test.each([
  ["no key", "", 401],
  ["an unknown key", "xApiKey=0000000000000000.00000000-0000-4000-8000-000000000001", 401],
  ["an unknown token", "access_token=eyJhbGciOiJub25lIn0.e30.", 401],
  ["a key without the permission", "xApiKey=reader", 403],
])("refuses the upgrade with %s", async (_, query, status) => {
  const simulator = await startSimulator({ apiKeys: [{ key: "reader", permissions: ["read"] }] });
  const answer = await refusal(simulator, query);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ status, path: "/v3/data-streams" });
  expect(simulator.connections.entries).toMatchObject([{ event: "refused", status }]);
});

test("lets an access token in, and refuses any other path", async () => {
  const simulator = await startSimulator({ accessTokens: ["a.b.c"] });
  expect(await (await connect(simulator, "access_token=a.b.c")).message("connected")).toBeDefined();
  expect((await refusal(simulator, "access_token=a.b.c", "/v3/streams")).status).toBe(404);
});

test("a key sees its workspaces only, a token in the message counts for that message", async () => {
  const all = await startSimulator();
  const [building, site] = all.workspaces.map(({ id }) => id);
  const simulator = await startSimulator({
    apiKeys: [{ key: "limited", workspaceIds: [building ?? ""] }],
    accessTokens: ["a.b.c"],
  });
  const idIn = (workspaceId: string | undefined) =>
    simulator.devices.find((device) => device.workspaceId === workspaceId)?.id ?? "";
  const client = await connect(simulator, "xApiKey=limited");
  const subscriptions = [building, site].map((id) => ({ assetId: idIn(id), topic: "*" }));
  const answerTo = async (message: { id: number; accessToken?: string }) => {
    client.send({ type: "subscribe", subscriptions, ...message });
    await client.until(() => client.messages.some(({ replyTo }) => replyTo === message.id));
    return client.messages.find(({ replyTo }) => replyTo === message.id)?.["subscriptions"];
  };
  expect(await answerTo({ id: 1 })).toMatchObject([{ valid: true }, { valid: false }]);
  expect(await answerTo({ id: 2, accessToken: "expired" })).toMatchObject([{ valid: false }, { valid: false }]);
  expect(await answerTo({ id: 3, accessToken: "a.b.c" })).toMatchObject([{ valid: true }, { valid: true }]);
});
