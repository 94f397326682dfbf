import { defineConnection } from "@signalbox/core";
import { checkAkenza } from "./check/check-akenza.ts";
import { AkenzaConnection } from "./connection.ts";
import { settingsSchema } from "./settings.ts";

export const akenzaConnection = defineConnection({
  name: "akenza",
  summary: "An akenza organization: its WebSocket, its REST API, its rate limit.",
  description: `
What the components of akenza share: one key, one WebSocket (opened with its first user), one rate limit for all REST
requests, of which commands go first, then back-fill, then inventory.

The rate limit is one per key: all connections with the key share it, in this engine and in every other that has the same
store. Engines that want the same get the same, and a command of one goes before the back-fill of another. What akenza says
is left (\`X-RateLimit-Remaining\`, 429) goes before that count. While the store does not answer, each engine keeps to its
part, by the number of engines last heard of. Give the engines of a store the same \`rateLimit\`.

The connection named \`akenza\` exists by default and takes its settings from \`AKENZA_API_KEY\`, \`AKENZA_ACCESS_TOKEN\` and
\`AKENZA_BASE_URL\`. Write it down to change more, or to use a second organization beside it; what is written down
names its key itself.

The key is sent to akenza alone, in a header (REST) or in the address (WebSocket: akenza knows no other way), and appears
in no log, status or error.
`.trim(),
  schema: settingsSchema,
  examples: [
    { title: "A key from the environment", yaml: 'akenza: { apiKey: "${AKENZA_API_KEY:-none}" }' },
    {
      title: "A private deployment, sharing its key with another program",
      yaml: `akenza:
  apiKey: "\${AKENZA_API_KEY:-none}"
  baseUrl: https://akenza.example.com
  rateLimit: { perSecond: 5, burst: 10 }`,
    },
  ],
  fromEnvironment(env) {
    const variables = { apiKey: "AKENZA_API_KEY", accessToken: "AKENZA_ACCESS_TOKEN", baseUrl: "AKENZA_BASE_URL" };
    // A variable that is set to nothing counts as not set, as it does in a shell script or a compose file.
    const given = Object.entries(variables).flatMap(([field, name]) =>
      env[name] ? [[field, env[name]] as const] : [],
    );
    return given.length === 0 ? undefined : Object.fromEntries(given);
  },
  check: checkAkenza,
  create: (settings, context) => new AkenzaConnection(settings, context),
});
