import { Agent, ProxyAgent } from "undici";
import { failed, type Sink, type WriteResult } from "../../component/contracts.ts";
import { defineSink, type SinkContext } from "../../component/definition.ts";
import { toSignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import { httpConfig, type HttpConfig } from "./http-config.ts";
import { exchange } from "./http-exchange.ts";
import { createRequests, type HttpCall } from "./http-request.ts";
import { tlsOptions } from "./network.ts";

export const httpSink = defineSink({
  name: "http",
  summary: "Sends each message, or batches of them, as an HTTP request.",
  description: `
A message is delivered when the server answers 2xx. Network failures, timeouts, 408, 425, 429 and 5xx are tried again, not
before a \`Retry-After\`; so are 401, 403 and 407, which someone can mend: until then nothing but a probe is sent. Other 4xx
reject the message, and so do redirects, which are not followed. \`responses\` says what statuses mean where a server means
something else by them. The answer's body is not used; its beginning is shown with a failure.

Every request carries \`Idempotency-Key\`, a hash of pipeline, sink and message: the same at each try, so that a server that
looks at it does nothing twice. It carries \`traceparent\` too, where the message has one: because it came with one, or because
the engine is traced. A request of several messages carries that of the first whose trace is recorded.

With \`batch\` a request carries a JSON list of bodies, also of one alone (\`text\`: lines; \`form\`: one request each), and its key
is made of all its messages. Messages whose URL or headers differ are sent in requests of their own. Connections are kept
alive; up to 16 requests are under way at once, one per device where order is kept.
`,
  schema: httpConfig,
  examples: [
    {
      title: "A request per message",
      yaml: `http: { url: "https://bms.example.com/alerts", auth: { bearer: "\${BMS_TOKEN}" } }
name: bms
retry: { attempts: 8, backoff: 2s, maxBackoff: 5m }`,
    },
    {
      title: "A URL per device",
      yaml: `http:
  url: "https://twin.example.com/devices/{{ $encodeUrlComponent($meta.device) }}/state"
  method: PUT
  headers: { x-event-time: "{{ $meta.time }}" }`,
    },
    {
      title: "A server that answers 409 to what it has already, and 404 until a device is known to it",
      yaml: `http:
  url: https://twin.example.com/events
  responses: { deliver: [409], retry: [404], reject: [501] }
breaker: { failures: 10, openFor: 5s }`,
    },
    {
      title: "Batches over a proxy, with a client certificate",
      yaml: `http:
  url: https://lake.example.com/ingest
  proxy: "\${HTTPS_PROXY}"
  tls: { cert: "\${file:certs/client.pem}", key: "\${file:certs/client.key}" }
batch: { count: 200, linger: 1s }`,
    },
  ],
  defaults: { batchCount: 1, concurrency: 16, timeoutMs: 30_000 },
  create: (config, context) => createHttp(config, context),
});

function createHttp(config: HttpConfig, context: SinkContext): Sink {
  const { clock, isTraced = false } = context;
  const exchanges = { method: config.method, responses: config.responses, clock, isTraced };
  const requests = createRequests(config, context);
  let agent: Agent | ProxyAgent | undefined;
  return {
    open() {
      agent ??= createAgent(config);
      return Promise.resolve();
    },
    write: requests.areLists ? writeLists : writeEach,
    async close() {
      const closing = agent;
      agent = undefined;
      await closing?.destroy();
    },
  };

  async function writeEach(batch: readonly Message[], signal: AbortSignal): Promise<readonly WriteResult[]> {
    const results: WriteResult[] = [];
    for (const message of batch) {
      try {
        const made = requests.ofOne(message);
        results.push(await send(made instanceof Promise ? await made : made, signal));
      } catch (error) {
        results.push(failed(toSignalboxError(error, "HTTP_REQUEST_INVALID")));
      }
    }
    return results;
  }

  async function writeLists(batch: readonly Message[], signal: AbortSignal): Promise<readonly WriteResult[]> {
    const results: WriteResult[] = [];
    const { lists, refused } = await requests.ofMany(batch);
    for (const [index, cause] of refused) results[index] = failed(cause);
    for (const { call, indexes } of lists) {
      const result = await send(call, signal);
      for (const index of indexes) results[index] = result;
    }
    return results;
  }

  /** Never rejects. */
  function send(call: HttpCall, signal: AbortSignal): Promise<WriteResult> {
    agent ??= createAgent(config);
    return exchange(agent, call, exchanges, signal);
  }
}

function createAgent(config: HttpConfig): Agent | ProxyAgent {
  // The sink's `timeout` bounds a try as a whole; what remains here is a server that never ends an answer nobody waits for.
  const common = { headersTimeout: 0, bodyTimeout: 10_000 };
  const options = tlsOptions(config.tls);
  if (config.proxy === undefined) return new Agent({ ...common, connect: options });
  const proxy = new URL(config.proxy);
  const token = `Basic ${Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`).toString("base64")}`;
  return new ProxyAgent({
    ...common,
    uri: proxy.origin,
    requestTls: options,
    ...(proxy.username === "" ? {} : { token }),
  });
}
