// A receiver of traces as OpenTelemetry's protocol describes one: it refuses what is not of that form.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

const hex = (digits: number): z.ZodString => z.string().regex(new RegExp(`^(?!0+$)[0-9a-f]{${digits}}$`));
const nanoseconds = z.string().regex(/^\d{19}$/);
const value = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ boolValue: z.boolean() }),
  z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
  z.strictObject({ doubleValue: z.number() }),
]);
const attributes = z.array(z.strictObject({ key: z.string().min(1), value }));
const span = z.strictObject({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: hex(16).optional(),
  name: z.string().min(1),
  kind: z.int().min(1).max(5),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes,
  links: z.array(z.strictObject({ traceId: hex(32), spanId: hex(16) })).optional(),
  status: z.strictObject({ code: z.literal(2) }).optional(),
});
const exportRequest = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes }),
      scopeSpans: z.array(
        z.strictObject({ scope: z.strictObject({ name: z.string(), version: z.string() }), spans: z.array(span) }),
      ),
    }),
  ),
});

/** A span as it arrived. */
export interface Collected {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: number;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly isError: boolean;
  readonly service: string;
}

export interface OtlpReceiver {
  /** What an engine is told as its endpoint. */
  readonly url: string;
  readonly spans: readonly Collected[];
  /** Everything that came, as text, refused or not. */
  readonly bodies: readonly string[];
  readonly headers: readonly IncomingHttpHeaders[];
  /** What further exports are answered with; `hang`: nothing. Default 200. */
  answer: { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> } | "hang";
  /** Resolves once spans have come for which `holds`; fails when the receiver is closed first. */
  until(holds: (spans: readonly Collected[]) => boolean): Promise<readonly Collected[]>;
  /** The spans of the trace that a span belongs to. */
  traceOf(matches: (span: Collected) => boolean): readonly Collected[];
  close(): Promise<void>;
}

/** Starts one on a free port of this machine. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: Collected[] = [];
  const bodies: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const watchers = new Set<() => void>();
  const receiver = { answer: { status: 200 } as OtlpReceiver["answer"] };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      bodies.push(body);
      headers.push(request.headers);
      const { answer } = receiver;
      const isExport = request.method === "POST" && request.url === "/v1/traces";
      const parsed = isExport ? exportRequest.safeParse(JSON.parse(body)) : undefined;
      if (parsed?.success !== true) {
        response.writeHead(400).end(String(parsed?.error ?? "no such path"));
        return;
      }
      if (answer !== "hang" && answer.status === 200) spans.push(...collectedOf(parsed.data));
      for (const watch of watchers) watch();
      if (answer !== "hang") response.writeHead(answer.status, answer.headers).end(answer.body ?? "{}");
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    headers,
    until: (holds: (spans: readonly Collected[]) => boolean) =>
      new Promise<readonly Collected[]>((resolve) => {
        const watch = (): void => {
          if (!holds(spans)) return;
          watchers.delete(watch);
          resolve(spans);
        };
        watchers.add(watch);
        watch();
      }),
    traceOf(matches: (span: Collected) => boolean) {
      const found = spans.find(matches);
      return spans.filter(({ traceId }) => traceId === found?.traceId);
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

type Attributes = z.output<typeof attributes>;

function collectedOf({ resourceSpans }: z.output<typeof exportRequest>): readonly Collected[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(plain(resource.attributes)["service.name"]);
    return scopeSpans.flatMap((scope) =>
      scope.spans.map((each): Collected => ({
        traceId: each.traceId,
        spanId: each.spanId,
        parentId: each.parentSpanId,
        name: each.name,
        kind: each.kind,
        startMs: Number(each.startTimeUnixNano) / 1e6,
        endMs: Number(each.endTimeUnixNano) / 1e6,
        attributes: plain(each.attributes),
        links: each.links ?? [],
        isError: each.status !== undefined,
        service,
      })),
    );
  });
}

function plain(given: Attributes): Collected["attributes"] {
  return Object.fromEntries(
    given.map(({ key, value: each }) => {
      if ("stringValue" in each) return [key, each.stringValue];
      if ("boolValue" in each) return [key, each.boolValue];
      return [key, "intValue" in each ? Number(each.intValue) : each.doubleValue];
    }),
  );
}
